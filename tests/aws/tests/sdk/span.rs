//! The client span.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use dd_trace_runtime::aws::DatadogTracing;
use dd_trace_runtime::testing::Span;

use crate::wire::Wire;
use crate::{call, client, invocation, run};

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
const SENT: &str = r#"{"MessageId":"1"}"#;

/// Sends a message and drops the result: the span has it.
async fn send(sqs: aws_sdk_sqs::Client) {
    let send = sqs.send_message().queue_url(QUEUE).message_body("order");
    drop(send.send().await);
}

fn meta<'a>(span: &'a Span, tags: &[&str]) -> Vec<Option<&'a str>> {
    let tags = tags.iter();
    tags.map(|tag| span.meta.get(*tag).map(String::as_str))
        .collect()
}

#[tokio::test]
async fn a_call_is_a_span_below_the_one_that_makes_it() {
    let wire = Wire::answering(SENT).await;
    let outcome = call(send(client!(aws_sdk_sqs, wire))).await;
    let span = outcome.span("sqs.request");
    assert_eq!(span.parent_id, outcome.root().span_id);
    assert_eq!(span.resource, "SQS.SendMessage");
    assert_eq!(span.service, "aws.sqs");
    assert_eq!((span.span_type.as_str(), span.error), ("http", 0));
    for (tag, value) in [
        ("span.kind", "client"),
        ("component", "aws-sdk-rust"),
        ("aws.agent", "aws-sdk-rust"),
        ("aws.operation", "SendMessage"),
        ("aws.service", "SQS"),
        ("aws_service", "SQS"),
        ("aws.region", "eu-west-1"),
        ("region", "eu-west-1"),
        ("aws.partition", "aws"),
        ("peer.service", "sqs.eu-west-1.amazonaws.com"),
        ("queuename", "orders"),
        ("aws.sqs.queue_name", "orders"),
        ("aws_account", "123456789012"),
        ("http.status_code", "200"),
        ("aws.request_id", "request-1"),
    ] {
        assert_eq!(span.meta.get(tag).map(String::as_str), Some(value), "{tag}");
    }
    assert_eq!(span.metrics.get("retry_attempts"), None);
}

#[tokio::test]
async fn every_operation_of_the_client_is_a_span() {
    let wire = Wire::answering("{}").await;
    let sqs = client!(aws_sdk_sqs, wire);
    let outcome = call(async move {
        let delete = sqs.delete_message().queue_url(QUEUE).receipt_handle("1");
        delete.send().await.unwrap();
    })
    .await;
    let span = outcome.span("sqs.request");
    assert_eq!(span.resource, "SQS.DeleteMessage");
    assert_eq!(
        meta(span, &["queuename", "aws_account"]),
        [Some("orders"), Some("123456789012")]
    );
}

/// A tag of the span of a call, which may fail.
async fn tag<T, E>(
    tag: &str,
    called: impl Future<Output = Result<T, E>> + Send + 'static,
) -> String {
    let outcome = call(async move { drop(called.await) }).await;
    let mut spans = outcome.spans().iter();
    let of_call = spans.find(|span| span.parent_id == outcome.root().span_id);
    of_call.unwrap().meta[tag].clone()
}

#[tokio::test]
async fn the_span_of_any_operation_names_its_resource() {
    let wire = Wire::answering("{}").await;
    let sqs = client!(aws_sdk_sqs, wire);
    let called = sqs.create_queue().queue_name("orders").send();
    assert_eq!(tag("queuename", called).await, "orders");
    let sns = client!(aws_sdk_sns, wire);
    let topic = sns.get_topic_attributes();
    let called = topic.topic_arn("arn:aws:sns:eu-west-1:1:orders").send();
    assert_eq!(tag("topicname", called).await, "orders");
    let kinesis = client!(aws_sdk_kinesis, wire);
    let called = kinesis.describe_stream().stream_name("orders").send();
    assert_eq!(tag("streamname", called).await, "orders");
    let arn = "arn:aws:kinesis:eu-west-1:1:stream/orders";
    let called = kinesis.list_shards().stream_arn(arn).send();
    assert_eq!(tag("streamname", called).await, "orders");
    let lambda = client!(aws_sdk_lambda, wire);
    let called = lambda.get_function().function_name("checkout").send();
    assert_eq!(tag("functionname", called).await, "checkout");
}

#[tokio::test]
async fn an_error_of_any_operation_has_its_code_and_message() {
    let error =
        r#"{"__type":"com.amazonaws.sqs#ReceiptHandleIsInvalid","message":"no such handle"}"#;
    let wire = Wire::start(vec![(400, error)]).await;
    let sqs = client!(aws_sdk_sqs, wire);
    let outcome = call(async move {
        let delete = sqs.delete_message().queue_url(QUEUE).receipt_handle("1");
        drop(delete.send().await);
    })
    .await;
    assert_eq!(
        meta(
            outcome.span("sqs.request"),
            &["error.type", "error.message"]
        ),
        [Some("ReceiptHandleIsInvalid"), Some("no such handle")]
    );
}

#[tokio::test]
async fn the_service_is_renamed_by_dd_service_mapping() {
    let wire = Wire::answering(SENT).await;
    let invocation = invocation().env("DD_SERVICE_MAPPING", "aws.sqs:queues");
    let outcome = run(invocation, send(client!(aws_sdk_sqs, wire))).await;
    assert_eq!(outcome.span("sqs.request").service, "queues");
}

#[tokio::test]
async fn an_error_of_the_service_has_its_code_and_message() {
    for (answer, kind, message) in [
        (
            r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}"#,
            "QueueDoesNotExist",
            "no such queue",
        ),
        (
            r#"{"__type":"com.amazonaws.sqs#OfTomorrow","message":"who knows"}"#,
            "OfTomorrow",
            "who knows",
        ),
    ] {
        let wire = Wire::start(vec![(400, answer)]).await;
        let outcome = call(send(client!(aws_sdk_sqs, wire))).await;
        let span = outcome.span("sqs.request");
        assert_eq!(span.error, 1);
        assert_eq!(
            meta(span, &["error.type", "error.message", "http.status_code"]),
            [Some(kind), Some(message), Some("400")]
        );
        assert_eq!(outcome.root().error, 0);
    }
}

#[tokio::test]
async fn a_service_that_doesn_t_listen_is_an_error() {
    let wire = Wire::answering(SENT).await;
    let sqs = client!(aws_sdk_sqs, wire);
    wire.shut_down().await;
    let outcome = call(send(sqs)).await;
    let span = outcome.span("sqs.request");
    assert_eq!(
        (span.error, meta(span, &["error.type"])),
        (1, vec![Some("DispatchFailure")])
    );
    let message = &span.meta["error.message"];
    assert!(message.contains("refused"), "{message}");
}

#[tokio::test]
async fn a_call_that_times_out_is_an_error() {
    // No interceptor is told of the limit for the whole operation, but the span notices because it is dropped.
    let limit = Duration::from_millis(10);
    for (timeout, kind) in [
        (
            TimeoutConfig::builder().operation_attempt_timeout(limit),
            "TimeoutError",
        ),
        (TimeoutConfig::builder().operation_timeout(limit), "Dropped"),
    ] {
        times_out(timeout, kind).await;
    }
}

async fn times_out(timeout: TimeoutConfigBuilder, kind: &str) {
    let wire = Wire::start(Vec::new()).await;
    let config = client!(config aws_sdk_sqs, wire).timeout_config(timeout.build());
    let sqs = aws_sdk_sqs::Client::from_conf(config.datadog_tracing().build());
    let outcome = call(send(sqs)).await;
    let span = outcome.span("sqs.request");
    assert_eq!(
        (span.error, meta(span, &["error.type"])),
        (1, vec![Some(kind)])
    );
}

#[tokio::test]
async fn a_call_that_hangs_at_the_function_s_deadline_is_one_span() {
    // The call ends long after the spans have been ended.
    let limit = TimeoutConfig::builder().operation_timeout(Duration::from_millis(600));
    let wire = Wire::start(Vec::new()).await;
    let config = client!(config aws_sdk_sqs, wire).timeout_config(limit.build());
    let sqs = aws_sdk_sqs::Client::from_conf(config.datadog_tracing().build());
    let deadline = SystemTime::now() + Duration::from_millis(200);
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap().as_millis();
    let invocation = invocation()
        .env("DD_APM_FLUSH_DEADLINE_MILLISECONDS", "100")
        .lambda_context(|lambda| lambda.deadline = u64::try_from(deadline).unwrap());
    let outcome = run(invocation, send(sqs)).await;
    assert_eq!(outcome.spans().len(), 2, "{}", outcome.tree());
    for span in outcome.spans() {
        assert_eq!(
            (span.error, meta(span, &["error.type"])),
            (1, vec![Some("Impending Timeout")])
        );
    }
}

#[tokio::test]
async fn retries_are_counted_and_carry_the_same_context() {
    let wire = Wire::start(vec![(500, "{}"), (500, "{}"), (200, SENT)]).await;
    let retry = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let config = client!(config aws_sdk_sqs, wire).retry_config(retry);
    let sqs = aws_sdk_sqs::Client::from_conf(config.datadog_tracing().build());
    let outcome = call(send(sqs)).await;
    let span = outcome.span("sqs.request");
    assert_eq!(
        (span.error, span.metrics.get("retry_attempts")),
        (0, Some(&2.0))
    );
    let requests = wire.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|request| request.body == requests[0].body)
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_ends_its_span() {
    let wire = Wire::start(Vec::new()).await;
    let (sqs, arrived) = (client!(aws_sdk_sqs, wire), wire.arrived());
    let outcome = call(async move {
        tokio::select! {
            () = send(sqs) => panic!("there is no answer"),
            () = arrived => {}
        }
    })
    .await;
    let span = outcome.span("sqs.request");
    assert_eq!(
        (span.error, meta(span, &["error.type"])),
        (1, vec![Some("Dropped")])
    );
    assert!(span.start + span.duration <= outcome.root().start + outcome.root().duration);
}

#[tokio::test]
async fn a_config_that_is_traced_twice_makes_one_span_and_adds_one_attribute() {
    let wire = Wire::answering(SENT).await;
    let config = client!(config aws_sdk_sqs, wire);
    let config = config.datadog_tracing().datadog_tracing().build();
    let outcome = call(send(aws_sdk_sqs::Client::from_conf(config))).await;
    assert_eq!(outcome.spans().len(), 2, "{}", outcome.tree());
    let attributes = &wire.request().json()["MessageAttributes"];
    assert_eq!(attributes.as_object().unwrap().len(), 1);
}
