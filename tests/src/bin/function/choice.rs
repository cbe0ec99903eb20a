//! Functions whose extractor `DD_TRACE_EXTRACTOR` chooses.

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    match how {
        "from-a-set" => dd_trace_runtime::run(from_a_set).await,
        "from-none" => dd_trace_runtime::run(from_none).await,
        "from-one" => dd_trace_runtime::run(from_one).await,
        _ => crate::no_function(how),
    }
}

mod extractors {
    use dd_trace_runtime::RawEvent;

    /// Synchronous, while the other extractor is asynchronous.
    pub(super) fn json(_: &RawEvent) -> (u64, u64, i8) {
        (1, 2, 1)
    }

    pub(super) async fn mqtt(_: &RawEvent) -> (u64, u64, i8) {
        tokio::task::yield_now().await;
        (3, 4, 1)
    }
}

#[traced_handler(extractors(extractors::json, "extractors::mqtt"))]
async fn from_a_set(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

#[traced_handler]
async fn from_none(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

#[traced_handler(extractor = extractors::json)]
async fn from_one(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}
