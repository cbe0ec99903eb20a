//! The interceptor for clients of any service.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::config::retry::RetryConfig;
use dd_trace_runtime::aws::{self, DatadogTracing};
use dd_trace_runtime::testing::Span;

use crate::wire::Wire;
use crate::{call, client, invocation, run};

fn dynamodb(wire: &Wire) -> aws_sdk_dynamodb::Client {
    let config = client!(config aws_sdk_dynamodb, wire).interceptor(aws::interceptor());
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

async fn put(dynamodb: aws_sdk_dynamodb::Client) {
    let put = dynamodb.put_item().table_name("orders");
    drop(
        put.item("id", AttributeValue::N("7".to_owned()))
            .send()
            .await,
    );
}

fn meta<'a>(span: &'a Span, tag: &str) -> Option<&'a str> {
    span.meta.get(tag).map(String::as_str)
}

#[tokio::test]
async fn a_call_is_a_span_and_its_request_stays_as_it_is() {
    let wire = Wire::answering("{}").await;
    let outcome = call(put(dynamodb(&wire))).await;
    let span = outcome.span("dynamodb.request");
    assert_eq!(span.parent_id, outcome.root().span_id);
    assert_eq!(
        (&*span.resource, &*span.service),
        ("DynamoDB.PutItem", "aws.dynamodb")
    );
    assert_eq!((&*span.span_type, span.error), ("http", 0));
    for (tag, value) in [
        ("span.kind", "client"),
        ("aws.agent", "aws-sdk-rust"),
        ("aws.operation", "PutItem"),
        ("aws.service", "DynamoDB"),
        ("aws_service", "DynamoDB"),
        ("aws.region", "eu-west-1"),
        ("aws.partition", "aws"),
        ("peer.service", "dynamodb.eu-west-1.amazonaws.com"),
        ("http.status_code", "200"),
        ("aws.request_id", "request-1"),
    ] {
        assert_eq!(meta(span, tag), Some(value), "{tag}");
    }
    let untraced = Wire::answering("{}").await;
    put(dynamodb(&untraced)).await;
    assert_eq!(wire.request().body, untraced.request().body);
}

#[tokio::test]
async fn an_error_has_the_code_and_message_of_the_answer() {
    let error = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}"#;
    let wire = Wire::start(vec![(400, error)]).await;
    let outcome = call(put(dynamodb(&wire))).await;
    let span = outcome.span("dynamodb.request");
    let told = ["error.type", "error.message"].map(|tag| meta(span, tag));
    assert_eq!(
        (span.error, told),
        (1, [Some("ResourceNotFoundException"), Some("no table")])
    );
}

#[tokio::test]
async fn without_tracing_there_is_no_span() {
    let wire = Wire::answering("{}").await;
    let untraced = invocation().env("DD_TRACE_ENABLED", "false");
    let outcome = run(untraced, put(dynamodb(&wire))).await;
    assert_eq!((outcome.spans().len(), wire.requests().len()), (0, 1));
}

#[tokio::test]
async fn together_with_a_service_s_interceptor_one_span_has_the_tags_of_both() {
    for is_first in [true, false] {
        let wire = Wire::start(vec![
            (500, "{}"),
            (500, "{}"),
            (200, r#"{"MessageId":"1"}"#),
        ])
        .await;
        let retry =
            RetryConfig::standard().with_initial_backoff(std::time::Duration::from_millis(1));
        let config = client!(config aws_sdk_sqs, wire).retry_config(retry);
        let config = if is_first {
            config.interceptor(aws::interceptor()).datadog_tracing()
        } else {
            config.datadog_tracing().interceptor(aws::interceptor())
        };
        let sqs = aws_sdk_sqs::Client::from_conf(config.build());
        let outcome = call(async move {
            let send = sqs
                .send_message()
                .queue_url("https://sqs.eu-west-1.amazonaws.com/1/orders");
            send.message_body("order").send().await.unwrap();
        })
        .await;
        assert_eq!(outcome.spans().len(), 2, "{}", outcome.tree());
        let span = outcome.span("sqs.request");
        assert_eq!(meta(span, "queuename"), Some("orders"));
        assert_eq!(span.metrics.get("retry_attempts"), Some(&2.0));
        let attributes = &wire.requests()[0].json()["MessageAttributes"];
        assert_eq!(attributes.as_object().unwrap().len(), 1);
    }
}
