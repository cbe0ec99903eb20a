use dd_trace_runtime::{Carrier, RawEvent, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

fn headers(_: &RawEvent, _: &lambda_runtime_0_14::Context) -> Carrier {
    Carrier::default()
}

#[traced_handler(extractor = headers)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = handler;
}
