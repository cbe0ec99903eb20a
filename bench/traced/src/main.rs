//! The same function, traced.

use dd_trace_runtime::{run, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use workload::{Batch, HttpRequest, Kind, Order, Response, Work, block_on};

#[traced_handler]
async fn plain(event: LambdaEvent<Order>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

#[traced_handler]
async fn http(event: LambdaEvent<HttpRequest>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

#[traced_handler]
async fn sqs(event: LambdaEvent<Batch>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

fn main() -> Result<(), Error> {
    block_on(async {
        match Kind::from_env() {
            Kind::Plain => run(plain).await,
            Kind::Http => run(http).await,
            Kind::Sqs => run(sqs).await,
        }
    })
}
