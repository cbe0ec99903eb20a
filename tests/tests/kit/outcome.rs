//! What a handler returned, and the spans that show it.

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{RawEvent, TracedError, traced_handler};
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::{FutureExt, Span as _, Status, TraceContextExt, Tracer};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::echo;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: u32,
}

#[derive(Debug, PartialEq)]
enum OrderError {
    NoStock,
}

impl From<OrderError> for Diagnostic {
    fn from(OrderError::NoStock: OrderError) -> Self {
        Self {
            error_type: "NoStock".to_owned(),
            error_message: "no stock".to_owned(),
        }
    }
}

#[traced_handler]
async fn place(event: LambdaEvent<Order>) -> Result<u32, OrderError> {
    match event.payload.order_id {
        0 => Err(OrderError::NoStock),
        13 => panic!("the till is on fire"),
        id => Ok(id + 1),
    }
}

#[tokio::test]
async fn a_typed_event_reaches_the_handler_and_leaves_a_span() {
    let outcome = Invocation::of(&Order { order_id: 1 }).run(place).await;
    assert_eq!(outcome.result, Ok(2));
    assert_eq!(outcome.parent(), None);
    let root = outcome.root();
    assert_eq!((root.parent_id, root.error), (0, 0));
    assert_eq!(root.span_type, "serverless");
    assert_eq!(root.meta["cold_start"], "true");
    assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "1");
    assert!(root.start > 0 && root.duration >= 0);
    assert_eq!(
        outcome.tree(),
        "aws.lambda  test-function  [test-function]\n"
    );
}

trait Stock {
    fn take(&self, order_id: u32) -> Result<u32, OrderError>;
}

struct Shelf;

impl Stock for Shelf {
    fn take(&self, order_id: u32) -> Result<u32, OrderError> {
        order_id.checked_sub(1).ok_or(OrderError::NoStock)
    }
}

#[traced_handler]
async fn take_from<S: Stock, const N: u32>(
    stock: &S,
    event: LambdaEvent<Order>,
) -> Result<u32, OrderError> {
    stock.take(event.payload.order_id).map(|left| left + N)
}

#[tokio::test]
async fn a_handler_that_is_generic_over_its_client_leaves_the_same_span() {
    for (order_id, expected) in [(1, Ok(5)), (0, Err(OrderError::NoStock))] {
        let outcome = Invocation::of(&Order { order_id })
            .run(|event| take_from::<Shelf, 5>(&Shelf, event))
            .await;
        assert_eq!(outcome.root().error, i32::from(expected.is_err()));
        assert_eq!(outcome.result, expected.map_err(TracedError::Handler));
    }
}

#[tokio::test]
async fn a_raw_event_reaches_the_handler_byte_for_byte() {
    #[traced_handler]
    async fn bytes(event: LambdaEvent<RawEvent>) -> Result<Vec<u8>, Error> {
        Ok(event.payload.as_bytes().to_vec())
    }
    let text = r#"{ "a" : 1.50, "a":2 }"#;
    assert_eq!(
        Invocation::raw(text).run(bytes).await.result.unwrap(),
        text.as_bytes()
    );
    let not_text = vec![0xff, 0x00];
    let outcome = Invocation::raw(not_text.clone()).run(bytes).await;
    assert_eq!(outcome.result.unwrap(), not_text);
}

#[tokio::test]
async fn an_event_that_does_not_fit_is_an_error_of_the_event_and_of_the_span() {
    let outcome = Invocation::raw(r#"{"orderId":"one"}"#).run(place).await;
    assert!(matches!(outcome.result, Err(TracedError::Event(_))));
    let root = outcome.root();
    assert_eq!(root.error, 1);
    assert_eq!(root.meta["error.type"], "EventError");
    assert!(root.meta["error.message"].contains("[orderId]"));
}

#[tokio::test]
async fn a_handler_s_error_is_the_result_and_on_the_span() {
    let outcome = Invocation::of(&Order { order_id: 0 }).run(place).await;
    assert_eq!(
        outcome.tree(),
        "aws.lambda  test-function  [test-function]  ERROR NoStock\n"
    );
    assert_eq!(
        outcome.result,
        Err(TracedError::Handler(OrderError::NoStock))
    );
}

#[tokio::test]
async fn a_panic_that_is_expected_is_the_result_and_on_the_span() {
    let outcome = Invocation::of(&Order { order_id: 13 })
        .run_panicking(place)
        .await;
    assert_eq!(outcome.result, "the till is on fire");
    assert_eq!(outcome.root().meta["error.type"], "panic");
    assert_eq!(outcome.root().meta["error.message"], "the till is on fire");
    assert!(outcome.root().meta["error.stack"].contains("kit/outcome.rs:"));
}

#[tokio::test]
#[should_panic(expected = "the till is on fire")]
async fn a_panic_that_is_not_expected_fails_the_test() {
    let _ = Invocation::of(&Order { order_id: 13 }).run(place).await;
}

#[tokio::test]
#[should_panic(expected = "the handler returned; it was expected to panic")]
async fn a_panic_that_does_not_come_fails_the_test() {
    let _ = Invocation::of(&Order { order_id: 1 })
        .run_panicking(place)
        .await;
}

#[tokio::test]
async fn further_parameters_are_borrowed_in_a_closure() {
    #[traced_handler]
    async fn priced(prices: &[u32], event: LambdaEvent<usize>) -> Result<u32, Error> {
        Ok(*prices.get(event.payload).ok_or("no price")?)
    }
    let prices = vec![3, 5];
    let outcome = Invocation::of(&1).run(|event| priced(&prices, event)).await;
    assert_eq!(outcome.result.unwrap(), 5);
}

#[tokio::test]
async fn child_spans_are_a_tree_in_the_order_in_which_they_started() {
    #[traced_handler]
    async fn busy(_: LambdaEvent<()>) -> Result<(), Error> {
        let tracer = global::tracer("shop");
        let order = opentelemetry::Context::current_with_span(tracer.start("order"));
        async {
            tokio::task::yield_now().await;
            tracer.in_span("reserve", |_| ());
            let mut charge = tracer.start("charge");
            charge.set_status(Status::error("no funds"));
        }
        .with_context(order.clone())
        .await;
        order.span().end();
        tracer.in_span("reserve", |_| ());
        Ok(())
    }
    let outcome = Invocation::of(&()).run(busy).await;
    assert_eq!(
        outcome.tree(),
        "aws.lambda  test-function  [test-function]\n\
         \x20 internal  order  [test-function]\n\
         \x20   internal  reserve  [test-function]\n\
         \x20   internal  charge  [test-function]  ERROR no funds\n\
         \x20 internal  reserve  [test-function]\n"
    );
    assert_eq!(outcome.span("order").parent_id, outcome.root().span_id);
    assert_eq!(outcome.span("charge").trace_id, outcome.root().trace_id);
    assert_eq!(outcome.span("charge").meta["error.message"], "no funds");
    let resources = outcome.spans().iter().map(|span| span.resource.as_str());
    assert_eq!(
        resources.collect::<Vec<_>>(),
        ["test-function", "order", "reserve", "charge", "reserve"]
    );
}

#[tokio::test]
#[should_panic(expected = "there are 2 spans `twice`")]
async fn a_name_that_two_spans_have_finds_neither() {
    #[traced_handler]
    async fn twice(_: LambdaEvent<()>) -> Result<(), Error> {
        global::tracer("shop").in_span("twice", |_| ());
        global::tracer("shop").in_span("twice", |_| ());
        Ok(())
    }
    let _ = Invocation::of(&()).run(twice).await.span("twice");
}

#[tokio::test]
#[should_panic(expected = "there is no span `publish`; there are:\naws.lambda")]
async fn a_missing_span_fails_the_test_and_the_message_lists_the_others() {
    let _ = Invocation::raw("1").run(echo).await.span("publish");
}

#[tokio::test]
async fn the_lambda_context_is_the_test_s() {
    #[traced_handler]
    async fn context(event: LambdaEvent<()>) -> Result<Context, Error> {
        Ok(event.context)
    }
    let outcome = Invocation::of(&())
        .function_name("Orders")
        .lambda_context(|context| {
            context.request_id = "request-1".to_owned();
            context.deadline = 7;
            context.client_context = serde_json::from_value(json!({"custom": {"a": "b"}})).unwrap();
        })
        .run(context)
        .await;
    let root = outcome.root();
    assert_eq!(root.resource, "Orders");
    assert_eq!(root.meta["request_id"], "request-1");
    assert_eq!(
        root.meta["function_arn"],
        "arn:aws:lambda:us-east-1:123456789012:function:orders"
    );
    let seen = outcome.result.unwrap();
    assert_eq!((seen.request_id.as_str(), seen.deadline), ("request-1", 7));
    assert_eq!(seen.env_config.function_name, "Orders");
    assert_eq!(seen.client_context.unwrap().custom["a"], "b");
}

#[tokio::test]
async fn an_invocation_has_time_left() {
    #[traced_handler]
    async fn left(event: LambdaEvent<()>) -> Result<bool, Error> {
        Ok(event.context.deadline() > std::time::SystemTime::now())
    }
    assert!(Invocation::of(&()).run(left).await.result.unwrap());
}

/// Passes the order on to another traced handler.
#[traced_handler]
async fn send_on(event: LambdaEvent<Order>) -> Result<u32, TracedError<OrderError>> {
    let order = RawEvent::from_serialize(&event.payload).unwrap();
    place(LambdaEvent::new(order, event.context)).await
}

#[traced_handler]
async fn send_on_boxed(event: LambdaEvent<u32>) -> Result<u32, Error> {
    #[traced_handler]
    async fn count(event: LambdaEvent<u32>) -> Result<u32, Error> {
        let rest = event.payload.checked_sub(1);
        rest.ok_or_else(|| "nothing left".into())
    }
    let raw = RawEvent::from_serialize(&event.payload)?;
    Ok(count(LambdaEvent::new(raw, event.context)).await?)
}

#[tokio::test]
async fn a_handler_that_calls_another_passes_its_error_on() {
    let outcome = Invocation::raw("1").run(send_on_boxed).await;
    assert_eq!(outcome.result.unwrap(), 0);
    let outcome = Invocation::raw("0").run(send_on_boxed).await;
    let error = outcome.result.as_ref().unwrap_err();
    assert_eq!(error.to_string(), "nothing left");
    assert_eq!(outcome.root().meta["error.message"], "nothing left");

    let outcome = Invocation::of(&Order { order_id: 1 }).run(send_on).await;
    assert_eq!(outcome.result.unwrap(), 2);
}
