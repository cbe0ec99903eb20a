use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

mod extractors {
    use dd_trace_runtime::{Carrier, RawEvent};

    pub fn order(_: &RawEvent) -> Carrier {
        Carrier::default()
    }

    pub fn other(_: &RawEvent) -> Carrier {
        Carrier::default()
    }
}

#[traced_handler(extractor = extractors::order())]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = (handler, extractors::order, extractors::other);
}
