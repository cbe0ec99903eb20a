//! The pathway of each record of a batch, for Data Streams Monitoring.

use std::sync::Mutex;

use dd_trace_runtime::batch::{BatchResponse, Records};
use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{Carrier, set_produce_checkpoint, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

/// Pathways of two other services.
const PATHWAYS: [&str; 2] = [
    "7yRDBs2owNX2oav++WL8yqv++WI=",
    "ZNsyCGOTW7n2oav++WK4t6v++WI=",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
}

type Sent = Mutex<Vec<(String, String)>>;

/// Sends a message on, and records the hash in its header.
async fn forward(message: Message, sent: &Sent) -> Result<(), Error> {
    tokio::task::yield_now().await;
    for _ in 0..2 {
        let mut headers = Carrier::new();
        set_produce_checkpoint("kafka", "orders", &mut headers);
        tokio::task::yield_now().await;
        let header = headers.get("dd-pathway-ctx-base64").unwrap_or_default();
        let hash = header.get(..8).unwrap_or_default().to_owned();
        let mut sent = sent.lock().map_err(|_| "poisoned")?;
        sent.push((message.message_id.clone(), hash));
    }
    Ok(())
}

#[traced_handler]
async fn one_by_one(
    event: LambdaEvent<Records<Message>>,
    sent: &Sent,
) -> Result<BatchResponse, Error> {
    Ok(event
        .payload
        .process(|message| forward(message, sent))
        .await)
}

#[traced_handler]
async fn side_by_side(
    event: LambdaEvent<Records<Message>>,
    sent: &Sent,
) -> Result<BatchResponse, Error> {
    let mut records = event.payload.into_iter();
    let (Some(first), Some(second)) = (records.next(), records.next()) else {
        return Err("two records were expected".into());
    };
    let process = |message| forward(message, sent);
    let (first, second) = tokio::join!(first.process(process), second.process(process));
    Ok([first, second].into_iter().collect())
}

fn record(id: &str, pathway: &str) -> Value {
    let carrier = json!({"dd-pathway-ctx-base64": pathway});
    json!({
        "messageId": id,
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
        "body": "",
        "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": carrier.to_string()}},
    })
}

fn invocation(records: &[Value]) -> Invocation {
    let invocation = Invocation::of(&json!({"Records": records}));
    invocation.env("DD_DATA_STREAMS_ENABLED", "true")
}

#[tokio::test]
async fn messages_of_a_record_continue_its_own_pathway_whatever_runs_beside_it() {
    let records = [record("a", PATHWAYS[0]), record("b", PATHWAYS[1])];
    let mut alone = Vec::new();
    for record in &records {
        let sent = Sent::default();
        let invocation = invocation(std::slice::from_ref(record));
        let outcome = invocation.run(|event| one_by_one(event, &sent)).await;
        assert_eq!(outcome.result.unwrap(), BatchResponse::default());
        alone.extend(sent.into_inner().unwrap());
    }
    assert_eq!(alone[0], alone[1], "two messages out of one are no chain");
    assert_ne!(alone[0].1, alone[2].1);

    let sent = Sent::default();
    let one_by_one = invocation(&records).run(|event| one_by_one(event, &sent));
    assert_eq!(one_by_one.await.result.unwrap(), BatchResponse::default());
    assert_eq!(sent.into_inner().unwrap(), alone);

    let sent = Sent::default();
    let side_by_side = invocation(&records).run(|event| side_by_side(event, &sent));
    assert_eq!(side_by_side.await.result.unwrap(), BatchResponse::default());
    let mut sent = sent.into_inner().unwrap();
    assert_ne!(sent[0].0, sent[1].0, "they ran side by side");
    sent.sort();
    assert_eq!(sent, alone);
}
