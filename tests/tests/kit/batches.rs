//! A batch has one parent, and links to the other producers.

use dd_trace_runtime::testing::{Invocation, Span};
use serde_json::{Value, json};

use crate::echo;

fn message(trace_id: usize) -> Value {
    let carrier = json!({"x-datadog-trace-id": trace_id.to_string(), "x-datadog-parent-id": "9"});
    json!({"body": "{}", "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": carrier.to_string()}}})
}

async fn root(records: Vec<Value>) -> Span {
    Invocation::of(&json!({ "Records": records }))
        .run(echo)
        .await
        .root()
        .clone()
}

fn linked(root: &Span) -> Vec<u64> {
    root.span_links.iter().map(|link| link.trace_id).collect()
}

#[tokio::test]
async fn the_first_record_is_the_parent_and_the_others_are_links_in_their_order() {
    let root = root(vec![
        message(1),
        message(3),
        json!({"body": "{}"}),
        message(2),
    ])
    .await;
    assert_eq!((root.trace_id, linked(&root)), (1, vec![3, 2]));
    assert_eq!(root.span_links[0].span_id, 9);
}

#[tokio::test]
async fn a_first_record_without_a_context_is_no_parent_and_the_others_are_still_links() {
    let root = root(vec![json!({"body": "{}"}), message(2)]).await;
    assert_eq!((root.parent_id, linked(&root)), (0, vec![2]));
}

#[tokio::test]
async fn a_producer_is_linked_once_and_the_parent_not_at_all() {
    let root = root(vec![message(1), message(1), message(2), message(2)]).await;
    assert_eq!(linked(&root), [2]);
}

#[tokio::test]
async fn there_are_no_more_than_128_links() {
    let root = root((1..=1000).map(message).collect()).await;
    assert_eq!(linked(&root), (2..=129).collect::<Vec<u64>>());
}
