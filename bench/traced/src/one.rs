//! The same function as `bare`'s, traced.

use dd_trace_runtime::{run, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use workload::{Order, Response, Work, block_on};

#[traced_handler]
async fn plain(event: LambdaEvent<Order>) -> Result<Response, Error> {
    Ok(event.payload.respond()?)
}

fn main() -> Result<(), Error> {
    block_on(run(plain))
}
