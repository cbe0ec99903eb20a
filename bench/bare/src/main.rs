//! The baseline: a function on `lambda_runtime` alone.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use workload::{Batch, HttpRequest, Kind, Order, Response, Work, block_on};

async fn plain(event: LambdaEvent<Order>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

async fn http(event: LambdaEvent<HttpRequest>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

async fn sqs(event: LambdaEvent<Batch>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

fn main() -> Result<(), Error> {
    block_on(async {
        match Kind::from_env() {
            Kind::Plain => run(service_fn(plain)).await,
            Kind::Http => run(service_fn(http)).await,
            Kind::Sqs => run(service_fn(sqs)).await,
        }
    })
}
