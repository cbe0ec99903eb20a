use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

mod extractors {
    use dd_trace_runtime::{Carrier, RawEvent};

    pub fn order(_: &RawEvent) -> Carrier {
        Carrier::default()
    }
}

#[traced_handler(Extractor = extractors::order)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
