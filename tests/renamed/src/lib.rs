//! Both macros in a crate whose `Cargo.toml` gives the runtime another name.
//!
//! `crate = ".."` gives that name; the generated code needs no other crate.

#![allow(
    clippy::missing_errors_doc,
    reason = "the functions are there to compile"
)]

use lambda_runtime::{Error, LambdaEvent};
use tracing_for_lambda::{Carrier, RawEvent, TracedPayload, traced_handler};

/// A payload with a type parameter and a serde attribute.
#[derive(Debug, TracedPayload)]
#[serde(rename_all = "camelCase")]
#[datadog(crate = "::tracing_for_lambda")]
pub struct OrderPlaced<T> {
    /// The order's id.
    pub order_id: T,
    /// Left out if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

/// A handler with every other key.
#[traced_handler(crate = ::tracing_for_lambda, extractors(nothing), resource = "order")]
pub async fn handler(event: LambdaEvent<u8>) -> Result<OrderPlaced<u8>, Error> {
    Ok(OrderPlaced {
        order_id: event.payload,
        parts: Vec::new(),
    })
}

fn nothing(_: &RawEvent) -> Option<Carrier> {
    None
}

/// Runs the handler.
pub async fn run() -> Result<(), Error> {
    tracing_for_lambda::run(handler).await
}

#[cfg(test)]
#[tokio::test]
async fn both_macros_work_under_another_name() {
    let event = LambdaEvent::new("7".to_owned().into(), lambda_runtime::Context::default());
    let order = handler(event).await.unwrap();
    assert_eq!(serde_json::to_string(&order).unwrap(), r#"{"orderId":7}"#);
}
