//! The baseline with one handler, as most functions have: for the size of its binary.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use workload::{Order, Response, Work, block_on};

async fn plain(event: LambdaEvent<Order>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

fn main() -> Result<(), Error> {
    block_on(run(service_fn(plain)))
}
