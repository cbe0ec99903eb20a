//! The same functions, traced.

mod calls;

use dd_trace_runtime::{run, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use workload::{Response, Work, block_on};

macro_rules! handlers {
    ($($name:ident: $event:ty,)*) => {
        $(#[traced_handler]
        async fn $name(event: LambdaEvent<$event>) -> Result<Response, Error> {
            calls::make()?;
            Ok(event.payload.respond()?)
        })*

        fn main() -> Result<(), Error> {
            block_on(async {
                match std::env::var("BENCH_EVENT").as_deref() {
                    $(Ok(stringify!($name)) => run($name).await,)*
                    _ => Err("BENCH_EVENT names no kind of event".into()),
                }
            })
        }
    };
}

workload::kinds!(handlers);
