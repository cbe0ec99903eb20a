//! The events as an application types them: members that it doesn't use have no name here.

#![allow(dead_code, reason = "read as an application would")]

use std::collections::HashMap;
use std::hint::black_box;

use serde::Deserialize;
use serde::de::DeserializeOwned;

type Parse = fn(&[u8]) -> serde_json::Result<()>;

/// The parser of the events of a source, by the name that `sources.py` gives it.
pub(crate) fn parser(source: &str) -> Option<Parse> {
    Some(match source {
        "plain" | "early" => parse::<Order>,
        "http" => parse::<Http>,
        "sqs" => parse::<Records<Message>>,
        "sns" => parse::<Records<Notification>>,
        "eventbridge" => parse::<Envelope>,
        "kinesis" => parse::<Records<Streamed>>,
        "kafka" => parse::<Kafka>,
        "sfn" => parse::<Task>,
        _ => return None,
    })
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<()> {
    black_box(serde_json::from_slice::<T>(json)?);
    Ok(())
}

#[derive(Deserialize)]
struct Order {
    order_id: String,
    amount: f64,
    currency: String,
    customer: String,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    sku: String,
    qty: u32,
    price: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    raw_path: String,
    headers: HashMap<String, String>,
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Records<T> {
    records: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    sns: Sns,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sns {
    message_id: String,
    message: String,
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    source: String,
    detail: Order,
}

#[derive(Deserialize)]
struct Streamed {
    kinesis: Kinesis,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kinesis {
    partition_key: String,
    data: String,
}

#[derive(Deserialize)]
struct Kafka {
    records: HashMap<String, Vec<Produced>>,
}

#[derive(Deserialize)]
struct Produced {
    topic: String,
    offset: u64,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    execution: Execution,
    state: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Execution {
    id: String,
    input: Order,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    name: String,
}
