//! A span for each record of a batch, and the records that failed in the response.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lambda_events::kinesis::KinesisEventRecord;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsMessage, SqsMessageObj};
use aws_lambda_events::streams::KinesisEventResponse;
use dd_trace_runtime::batch::{BatchResponse, Records};
use dd_trace_runtime::testing::{Invocation, Outcome, Span, carried};
use dd_trace_runtime::{RawEvent, TracedError, trace_headers, traced_handler, tracing_layer};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::instrument;
use tracing_subscriber::prelude::*;

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

/// The message `id`, whose producer has the trace id `trace_id`.
fn message(id: &str, trace_id: u64, body: &str) -> Value {
    let carrier = json!({"x-datadog-trace-id": trace_id.to_string(), "x-datadog-parent-id": "9"});
    json!({
        "messageId": id,
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE,
        "body": body,
        "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": carrier.to_string()}},
    })
}

fn kinesis_record(sequence_number: &str, data: &str) -> Value {
    json!({
        "eventSource": "aws:kinesis",
        "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks",
        "awsRegion": "eu-west-1",
        "kinesis": {
            "approximateArrivalTimestamp": 1_718_444_400.0,
            "data": data,
            "partitionKey": "a",
            "sequenceNumber": sequence_number,
        },
    })
}

fn batch(records: &[Value]) -> Value {
    json!({ "Records": records })
}

async fn sell(message: SqsMessage) -> Result<(), Error> {
    match message.body.as_deref() {
        Some("panic") => panic!("the till is on fire"),
        Some("ok") => Ok(()),
        other => Err(format!("no such order: {other:?}").into()),
    }
}

#[traced_handler]
async fn seller(event: LambdaEvent<Records<SqsMessage>>) -> Result<BatchResponse, Error> {
    Ok(event.payload.process(sell).await)
}

type Answered<T> = Outcome<Result<T, TracedError<Error>>>;

fn failures(outcome: &Answered<BatchResponse>) -> Vec<&str> {
    let response = outcome.result.as_ref().unwrap();
    let failures = response.batch_item_failures.iter();
    failures.map(|failure| &*failure.item_identifier).collect()
}

fn records<T>(outcome: &Answered<T>) -> Vec<&Span> {
    let spans = outcome.spans().iter();
    spans
        .filter(|span| span.name.ends_with(".process"))
        .collect()
}

#[tokio::test]
async fn each_record_has_a_span_below_the_function_s_with_a_link_to_its_own_producer() {
    let event = batch(&[message("a", 1, "ok"), message("b", 2, "ok")]);
    let outcome = Invocation::of(&event).run(seller).await;
    assert_eq!(failures(&outcome), [""; 0]);
    let root = outcome.root();
    for (span, (id, trace_id)) in records(&outcome).into_iter().zip([("a", 1), ("b", 2)]) {
        assert_eq!((span.trace_id, span.parent_id), (1, root.span_id));
        assert_eq!(
            (&*span.name, &*span.resource),
            ("aws.sqs.process", "orders")
        );
        assert_eq!((&*span.span_type, &span.service), ("worker", &root.service));
        assert_eq!(span.meta["span.kind"], "consumer");
        assert_eq!(
            (&*span.meta["message_id"], &*span.meta["queuename"]),
            (id, "orders")
        );
        let links: Vec<_> = span
            .span_links
            .iter()
            .map(|link| (link.trace_id, link.span_id))
            .collect();
        assert_eq!(links, [(trace_id, 9)]);
    }
    assert_eq!(records(&outcome).len(), 2);
    assert!(!root.metrics.contains_key("batch_item_failures"));
}

#[tokio::test]
async fn an_error_a_panic_and_a_record_that_does_not_fit_fail_that_record_alone() {
    let mut misfit = message("misfit", 3, "ok");
    misfit["body"] = json!(7);
    let event = batch(&[
        message("error", 1, "?"),
        message("panic", 2, "panic"),
        misfit,
        message("ok", 4, "ok"),
    ]);
    let outcome = Invocation::of(&event).run(seller).await;
    assert_eq!(failures(&outcome), ["error", "panic", "misfit"]);
    let told: Vec<_> = records(&outcome)
        .iter()
        .map(|span| (span.error, span.meta.get("error.type").map(String::as_str)))
        .collect();
    let error = |kind| (1, Some(kind));
    assert_eq!(
        told,
        [
            error("Error"),
            error("panic"),
            error("serde_json::error::Error"),
            (0, None)
        ]
    );
    let root = outcome.root();
    assert_eq!((root.error, root.metrics["batch_item_failures"]), (0, 3.0));
}

/// Lambda sends JSON, and nobody reads all of a record before it is processed.
#[tokio::test]
async fn a_record_that_is_no_json_or_no_text_fails_alone() {
    let [a, b, c] = ["a", "b", "c"].map(|id| message(id, 1, "ok").to_string());
    let breaks: [(&str, &[u8]); 2] = [("ok", b"\xff"), ("\"ok\"", b"ok")];
    for (old, new) in breaks {
        let (before, after) = b.split_once(old).unwrap();
        let mut event = format!(r#"{{"Records":[{a},{before}"#).into_bytes();
        event.extend(new);
        event.extend(format!("{after},{c}]}}").bytes());
        let outcome = Invocation::raw(event).run(seller).await;
        assert_eq!(failures(&outcome), ["b"]);
        let errors: Vec<_> = records(&outcome).iter().map(|span| span.error).collect();
        assert_eq!(errors, [0, 1, 0]);
    }
}

/// The tag `error.type` of a record that failed with an error.
macro_rules! error_type {
    ($error:expr) => {{
        #[traced_handler]
        async fn failing(event: LambdaEvent<Records<SqsMessage>>) -> Result<BatchResponse, Error> {
            Ok(event.payload.process(async |_| Err($error)).await)
        }
        let event = batch(&[message("a", 1, "ok")]);
        let outcome = Invocation::of(&event).run(failing).await;
        records(&outcome)[0].meta["error.type"].clone()
    }};
}

#[tokio::test]
async fn an_error_has_the_same_type_as_in_a_handler() {
    fn parse() -> std::num::ParseIntError {
        "x".parse::<u8>().unwrap_err()
    }
    assert_eq!(error_type!(parse()), "ParseIntError");
    assert_eq!(error_type!(Error::from(parse())), "ParseIntError");
    assert_eq!(
        error_type!(anyhow::Error::from(parse()).context("no quantity")),
        "ParseIntError"
    );
    assert_eq!(error_type!("no quantity".to_owned()), "String");
}

#[traced_handler]
async fn counter(event: LambdaEvent<Records<KinesisEventRecord>>) -> Result<BatchResponse, Error> {
    let response = event.payload.process(async |record: KinesisEventRecord| {
        let data = &record.kinesis.data.0;
        if data == b"ok" {
            Ok(())
        } else {
            Err("no click")
        }
    });
    Ok(response.await)
}

#[tokio::test]
async fn a_fifo_queue_and_a_stream_stop_at_the_first_failure_and_report_all_from_there_on() {
    let bodies = [("a", "ok"), ("b", "?"), ("c", "ok")];
    let fifo = bodies.map(|(id, body)| {
        let mut message = message(id, 1, body);
        message["eventSourceARN"] = json!(format!("{QUEUE}.fifo"));
        message
    });
    let outcome = Invocation::of(&batch(&fifo)).run(seller).await;
    assert_eq!(
        (failures(&outcome), records(&outcome).len()),
        (vec!["b", "c"], 2)
    );
    let count = outcome.root().metrics["batch_item_failures"].to_string();
    assert_eq!(count, "2");

    let stream = [
        kinesis_record("1", "b2s="),
        kinesis_record("2", "bm8="),
        kinesis_record("3", "b2s="),
    ];
    let outcome = Invocation::of(&batch(&stream)).run(counter).await;
    assert_eq!(
        (failures(&outcome), records(&outcome).len()),
        (vec!["2", "3"], 2)
    );
    let failed = records(&outcome)[1];
    assert_eq!(
        (&*failed.name, &*failed.resource),
        ("aws.kinesis.process", "clicks")
    );
    assert_eq!(failed.meta["sequence_number"], "2");
}

#[tokio::test]
async fn the_response_is_that_of_aws_lambda_events() {
    let event = batch(&[message("a", 1, "?")]);
    let outcome = Invocation::of(&event).run(seller).await;
    let response = serde_json::to_string(outcome.result.as_ref().unwrap()).unwrap();
    let sqs: SqsBatchResponse = serde_json::from_str(&response).unwrap();
    assert_eq!(sqs.batch_item_failures[0].item_identifier, "a");
    assert_eq!(serde_json::to_string(&sqs).unwrap(), response);
    let kinesis: KinesisEventResponse = serde_json::from_str(&response).unwrap();
    assert_eq!(
        kinesis.batch_item_failures[0].item_identifier.as_deref(),
        Some("a")
    );
}

#[tokio::test]
async fn spans_and_headers_of_a_record_s_handler_are_below_the_record() {
    #[derive(Deserialize, Serialize)]
    struct Order {
        id: u64,
    }

    #[instrument]
    async fn charge(id: u64) {
        tokio::task::yield_now().await;
    }

    #[traced_handler]
    async fn publisher(
        event: LambdaEvent<Records<SqsMessageObj<Order>>>,
    ) -> Result<Vec<String>, Error> {
        let mut sent = Vec::new();
        for record in event.payload {
            let processed =
                record.process(async |message: SqsMessageObj<Order>| -> Result<(), Error> {
                    charge(message.body.id).await;
                    global::tracer("shop").in_span("store", |_| ());
                    sent.push(serde_json::to_string(&trace_headers())?);
                    Ok(())
                });
            assert_eq!(processed.await, Ok(()));
        }
        Ok(sent)
    }

    let _subscribed = tracing_subscriber::registry()
        .with(tracing_layer())
        .set_default();
    let event = batch(&[
        message("a", 1, r#"{"id":7}"#),
        message("b", 2, r#"{"id":8}"#),
    ]);
    let outcome = Invocation::of(&event).run(publisher).await;
    assert_eq!(
        outcome.tree(),
        "aws.sqs  orders  [orders]\n  aws.lambda  test-function  [test-function]\n".to_owned()
            + &"    aws.sqs.process  orders  [test-function]\n      internal  charge  [test-function]\n      internal  store  [test-function]\n".repeat(2)
    );
    for (headers, span) in outcome
        .result
        .as_ref()
        .unwrap()
        .iter()
        .zip(records(&outcome))
    {
        let payload = format!(r#"{{"_datadog":{headers}}}"#);
        assert_eq!(carried(&payload), Some(span.trace_context()));
    }
}

#[tokio::test]
async fn events_whose_failures_lambda_ignores_do_not_fit() {
    let sns = json!({"eventSource": "aws:sns", "Sns": {"MessageId": "1"}});
    let cases = [
        (
            sns,
            "a record of `aws:sns` can't be reported to Lambda as failed; take the event as a whole",
        ),
        (json!({"body": "ok"}), "a record has no `eventSource`"),
        (
            json!({"eventSource": "aws:sqs", "messageId": ""}),
            "a record of `aws:sqs` has no `messageId`",
        ),
        (
            json!({"eventSource": "aws:kinesis"}),
            "a record of `aws:kinesis` has no `kinesis.sequenceNumber`",
        ),
        (
            json!({"eventSource": "aws:dynamodb", "dynamodb": []}),
            "a record of `aws:dynamodb` has no `dynamodb.SequenceNumber`",
        ),
    ];
    for (record, message) in cases {
        let outcome = Invocation::of(&batch(&[record])).run(seller).await;
        let Err(TracedError::Event(error)) = &outcome.result else {
            panic!("the event fits: {message}");
        };
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[tokio::test]
async fn failures_are_collected_without_tracing_too() {
    let event = batch(&[message("a", 1, "?"), message("b", 2, "ok")]);
    let untraced = Invocation::of(&event).env("DD_TRACE_ENABLED", "false");
    let outcome = untraced.run(seller).await;
    assert_eq!((failures(&outcome), outcome.spans().len()), (vec!["a"], 0));
}

#[tokio::test]
async fn a_record_of_a_new_trace_has_no_link() {
    let event = batch(&[message("a", 1, "ok")]);
    for behavior in ["ignore", "restart"] {
        let invocation =
            Invocation::of(&event).env("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", behavior);
        let outcome = invocation.run(seller).await;
        assert_eq!(records(&outcome)[0].span_links, [], "{behavior}");
    }
}

/// `run_concurrent` and `tokio::spawn` need a future that is `Send`, and so is everything borrowed in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_future_of_a_batch_may_move_between_threads() {
    async fn handler(
        sold: &AtomicUsize,
        event: LambdaEvent<RawEvent>,
    ) -> Result<BatchResponse, Error> {
        let records: Records<SqsMessage> = event.payload.parse()?;
        let response = records.process(async |message: SqsMessage| {
            tokio::task::yield_now().await;
            sold.fetch_add(1, Ordering::Relaxed);
            sell(message).await
        });
        Ok(response.await)
    }

    let event = RawEvent::from(batch(&[message("a", 1, "ok"), message("b", 1, "?")]).to_string());
    let task = tokio::spawn(async move {
        let sold = AtomicUsize::new(0);
        let event = LambdaEvent::new(event, lambda_runtime::Context::default());
        let response = handler(&sold, event).await.unwrap();
        (sold.into_inner(), response.batch_item_failures.len())
    });
    assert_eq!(task.await.unwrap(), (2, 1));
}

#[traced_handler]
async fn items(event: LambdaEvent<Records<Value>>) -> Result<BatchResponse, Error> {
    let process = async |_| -> Result<(), Error> { Ok(()) };
    Ok(event.payload.process(process).await)
}

#[tokio::test]
async fn the_span_of_an_item_points_at_its_writer_as_the_span_of_the_stream_does() {
    let item = |id: &str| {
        json!({
            "eventID": id,
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2024-01-01T00:00:00.000",
            "dynamodb": {"Keys": {"id": {"S": id}}, "SequenceNumber": id},
        })
    };
    let event = batch(&[item("7"), item("8")]);
    let outcome = Invocation::of(&event).run(items).await;
    let hashes = |span: &Span| -> Vec<String> {
        let links = span.span_links.iter();
        links
            .map(|link| link.attributes["ptr.hash"].clone())
            .collect()
    };
    let of_records: Vec<_> = records(&outcome).into_iter().flat_map(hashes).collect();
    assert_eq!(of_records.len(), 2);
    assert_ne!(of_records[0], of_records[1]);
    assert_eq!(hashes(outcome.span("aws.dynamodb")), of_records);

    let off = Invocation::of(&event).env("DD_TRACE_AWS_ADD_SPAN_POINTERS", "false");
    let outcome = off.run(items).await;
    assert!(
        records(&outcome)
            .iter()
            .all(|span| span.span_links.is_empty())
    );
}
