use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

fn wrong(_: u64, _: u64, _: u64) {}

#[traced_handler(extractor = wrong)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = handler;
}
