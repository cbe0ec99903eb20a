//! The baseline: functions on `lambda_runtime` alone.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use workload::{Response, Work, block_on};

macro_rules! handlers {
    ($($name:ident: $event:ty,)*) => {
        $(async fn $name(event: LambdaEvent<$event>) -> Result<Response, Error> {
            Ok(event.payload.respond()?)
        })*

        fn main() -> Result<(), Error> {
            block_on(async {
                match std::env::var("BENCH_EVENT").as_deref() {
                    $(Ok(stringify!($name)) => run(service_fn($name)).await,)*
                    _ => Err("BENCH_EVENT names no kind of event".into()),
                }
            })
        }
    };
}

workload::kinds!(handlers);
