//! S3 and DynamoDB: the span of a call points at the object or item that it wrote, and so does the span of the function
//! that is notified.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use dd_trace_runtime::testing::{Invocation, Span};
use serde_json::{Value, json};

use crate::wire::Wire;
use crate::{client, consumer, invocation, run};

fn pointers(span: &Span) -> Vec<BTreeMap<String, String>> {
    let links = span.span_links.iter();
    links
        .map(|link| link.attributes.clone().into_iter().collect())
        .collect()
}

fn pointer(kind: &str, direction: &str, hash: &str) -> BTreeMap<String, String> {
    let attributes = [
        ("link.kind", "span-pointer"),
        ("ptr.kind", kind),
        ("ptr.dir", direction),
        ("ptr.hash", hash),
    ];
    attributes
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

/// The span pointers on the inferred span of a function whose event has this record.
async fn read(record: Value, inferred: &str) -> Vec<BTreeMap<String, String>> {
    let outcome = Invocation::of(&json!({"Records": [record]}))
        .run(consumer)
        .await;
    pointers(outcome.span(inferred))
}

#[tokio::test]
async fn a_function_that_is_notified_of_an_object_points_at_the_call_s() {
    const HASH: &str = "8d49f5b0b742484159d4cd572bae1ce5";
    let wire =
        Wire::answering("<CopyObjectResult><ETag>&quot;123abc&quot;</ETag></CopyObjectResult>")
            .await;
    let s3 = client!(aws_sdk_s3, wire);
    let outcome = run(invocation(), async move {
        let copy = s3.copy_object().bucket("mybucket").key("mykey");
        copy.copy_source("other/key").send().await.unwrap();
    })
    .await;
    let span = outcome.span("s3.request");
    assert_eq!(
        (&*span.resource, &*span.meta["bucketname"]),
        ("S3.CopyObject", "mybucket")
    );
    assert_eq!(
        span.meta["peer.service"],
        "mybucket.s3.eu-west-1.amazonaws.com"
    );
    assert_eq!(pointers(span), [pointer("aws.s3.object", "d", HASH)]);
    let event = json!({
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Copy",
        "eventTime": "2024-06-15T09:40:00.123Z",
        "s3": {"bucket": {"name": "mybucket"}, "object": {"key": "mykey", "eTag": "123abc"}},
    });
    assert_eq!(
        read(event, "aws.s3").await,
        [pointer("aws.s3.object", "u", HASH)]
    );
}

/// A function that updates one item.
async fn update(variables: &[(&str, &str)]) -> Vec<BTreeMap<String, String>> {
    let wire = Wire::answering("{}").await;
    let dynamodb = client!(aws_sdk_dynamodb, wire);
    let invocation = variables
        .iter()
        .fold(invocation(), |invocation, (name, value)| {
            invocation.env(name, value)
        });
    let outcome = run(invocation, async move {
        let update = dynamodb.update_item().table_name("some-table");
        let update = update.key("some-key", AttributeValue::S("some-value".to_owned()));
        update.send().await.unwrap();
    })
    .await;
    let span = outcome.span("dynamodb.request");
    assert_eq!(
        (&*span.resource, &*span.meta["tablename"]),
        ("DynamoDB.UpdateItem", "some-table")
    );
    pointers(span)
}

#[tokio::test]
async fn a_function_that_gets_an_item_points_at_the_call_s() {
    const HASH: &str = "7f1aee721472bcb48701d45c7c7f7821";
    assert_eq!(update(&[]).await, [pointer("aws.dynamodb.item", "d", HASH)]);
    let event = json!({
        "eventSource": "aws:dynamodb",
        "eventName": "MODIFY",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/some-table/stream/2024-06-15T09:40:00.000",
        "dynamodb": {"ApproximateCreationDateTime": 1_718_444_400, "Keys": {"some-key": {"S": "some-value"}}},
    });
    assert_eq!(
        read(event, "aws.dynamodb").await,
        [pointer("aws.dynamodb.item", "u", HASH)]
    );
}

#[tokio::test]
async fn pointers_can_be_switched_off() {
    for variable in [
        "DD_TRACE_AWS_ADD_SPAN_POINTERS",
        "DD_BOTOCORE_ADD_SPAN_POINTERS",
    ] {
        assert_eq!(update(&[(variable, "false")]).await, [], "{variable}");
    }
}

#[tokio::test]
async fn a_call_that_fails_points_at_nothing() {
    let wire = Wire::start(vec![(
        400,
        r#"{"__type":"ConditionalCheckFailedException"}"#,
    )])
    .await;
    let dynamodb = client!(aws_sdk_dynamodb, wire);
    let outcome = run(invocation(), async move {
        let delete = dynamodb.delete_item().table_name("some-table");
        drop(
            delete
                .key("some-key", AttributeValue::S("some-value".to_owned()))
                .send()
                .await,
        );
    })
    .await;
    let span = outcome.span("dynamodb.request");
    assert_eq!((span.error, pointers(span)), (1, vec![]));
}
