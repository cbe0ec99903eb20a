//! The functions of `traced` with features compiled in, and functions that use them.

mod aws;
// The handlers of `traced` are the same here, so that they differ only in the features.
#[path = "../../traced/src/calls.rs"]
mod calls;
mod request;

use std::env;
use std::hint::black_box;

use dd_trace_runtime::batch::{BatchResponse, Records};
use dd_trace_runtime::{run, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use workload::{Message, Order, Response, Work, block_on};

/// A batch whose records have a span each.
#[traced_handler]
async fn records(event: LambdaEvent<Records<Message>>) -> Result<BatchResponse, Error> {
    let response = event.payload.process(async |message: Message| {
        black_box(message.total()?);
        Ok::<_, Error>(())
    });
    Ok(response.await)
}

/// Requests of a client, `BENCH_CALLS` times the one in `BENCH_CALL`.
#[traced_handler]
async fn requests(event: LambdaEvent<Order>) -> Result<Response, Error> {
    let call = env::var("BENCH_CALL")?;
    let calls: usize = env::var("BENCH_CALLS")?.parse()?;
    for _ in 0..calls {
        match call.as_str() {
            "http" => request::send(true).await?,
            "plain_http" => request::send(false).await?,
            "aws" => aws::call(true).await?,
            "plain_aws" => aws::call(false).await?,
            _ => {}
        }
    }
    Ok(event.payload.respond()?)
}

macro_rules! handlers {
    ($($name:ident: $event:ty,)*) => {
        $(#[traced_handler]
        async fn $name(event: LambdaEvent<$event>) -> Result<Response, Error> {
            calls::make()?;
            Ok(event.payload.respond()?)
        })*

        fn main() -> Result<(), Error> {
            block_on(async {
                match env::var("BENCH_EVENT").as_deref() {
                    $(Ok(stringify!($name)) => run($name).await,)*
                    Ok("records") => run(records).await,
                    Ok("requests") => run(requests).await,
                    _ => Err("BENCH_EVENT names no kind of event".into()),
                }
            })
        }
    };
}

workload::kinds!(handlers);
