//! The handler and the test of the README.

use dd_trace_runtime::{TracedPayload, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

#[derive(TracedPayload)]
struct OrderPlaced {
    order_id: String,
}

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<String, Error> {
    let order = OrderPlaced {
        order_id: format!("order-{}", event.payload["id"]),
    };
    Ok(serde_json::to_string(&order)?)
}

#[tokio::test]
async fn an_order_stays_in_its_producer_s_trace() {
    use dd_trace_runtime::{TraceContext, testing};
    let producer = TraceContext::new(1, 2, Some(1));
    let event = testing::Invocation::of(&json!({"id": 1})).from_producer(&producer);
    let outcome = event.run(handler).await;
    assert_eq!(outcome.parent(), Some(producer));
    let carried = testing::carried(outcome.result.as_ref().unwrap());
    assert_eq!(carried, Some(outcome.root().trace_context()));
}
