#![deny(warnings)]

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[deprecated]
type Outcome = Result<String, Error>;

#[traced_handler]
async fn Handler(client: &str, mut Event: LambdaEvent<String>) -> Outcome {
    let length = Event.payload.len();
    Event.payload.trim();
    return Ok(Event.payload);
    println!();
}

fn main() {
    let _ = Handler;
}
