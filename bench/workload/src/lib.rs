//! The work of both functions, so that they differ only in tracing: the events as an application would type them, and
//! what is done with each.

use std::collections::HashMap;
use std::env;
use std::future::Future;
use std::hint::black_box;

use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

/// An order: the plain event, and the content of the other events' bodies.
#[derive(Debug, Deserialize)]
pub struct Order {
    amount: f64,
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    order_id: String,
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    currency: String,
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    customer: String,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    sku: String,
    qty: u32,
    price: f64,
}

/// An API Gateway event (HTTP API, version 2.0).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRequest {
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    raw_path: String,
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    headers: HashMap<String, String>,
    body: String,
}

/// An SQS batch.
#[derive(Debug, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

/// A record of the batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    message_id: String,
    body: String,
}

/// A notification of SNS.
#[derive(Debug, Deserialize)]
pub struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Notified>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notified {
    sns: Published,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Published {
    message: String,
}

/// Records of a Kinesis stream.
#[derive(Debug, Deserialize)]
pub struct Stream {
    #[serde(rename = "Records")]
    records: Vec<Put>,
}

#[derive(Debug, Deserialize)]
struct Put {
    kinesis: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    data: String,
}

/// Changes of a DynamoDB table.
#[derive(Debug, Deserialize)]
pub struct Changes {
    #[serde(rename = "Records")]
    records: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    dynamodb: Keys,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    keys: HashMap<String, HashMap<String, String>>,
}

/// An event of EventBridge.
#[derive(Debug, Deserialize)]
pub struct Notice {
    detail: Order,
}

/// Records of Kafka topics.
#[derive(Debug, Deserialize)]
pub struct Topics {
    records: HashMap<String, Vec<Produced>>,
}

#[derive(Debug, Deserialize)]
struct Produced {
    value: String,
}

/// A task of a state machine that passes on its execution.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Task {
    execution: Execution,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Execution {
    input: Order,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct Response {
    ok: bool,
}

/// The work of a function on its event.
pub trait Work {
    /// The sum of every order in the event.
    fn total(&self) -> Result<f64, serde_json::Error>;

    /// Does the work and answers.
    fn respond(&self) -> Result<Response, serde_json::Error> {
        black_box(self.total()?);
        Ok(Response { ok: true })
    }
}

impl Work for Order {
    fn total(&self) -> Result<f64, serde_json::Error> {
        let items = self.items.iter();
        Ok(self.amount + items.map(|i| f64::from(i.qty) * i.price).sum::<f64>())
    }
}

impl Work for HttpRequest {
    fn total(&self) -> Result<f64, serde_json::Error> {
        serde_json::from_str::<Order>(&self.body)?.total()
    }
}

impl Work for Batch {
    fn total(&self) -> Result<f64, serde_json::Error> {
        self.records.iter().map(Work::total).sum()
    }
}

impl Work for Message {
    fn total(&self) -> Result<f64, serde_json::Error> {
        serde_json::from_str::<Order>(&self.body)?.total()
    }
}

impl Work for Notification {
    fn total(&self) -> Result<f64, serde_json::Error> {
        let messages = self.records.iter().map(|record| &record.sns.message);
        messages
            .map(|message| serde_json::from_str::<Order>(message)?.total())
            .sum()
    }
}

impl Work for Stream {
    fn total(&self) -> Result<f64, serde_json::Error> {
        Ok(length(self.records.iter().map(|put| &put.kinesis.data)))
    }
}

impl Work for Changes {
    fn total(&self) -> Result<f64, serde_json::Error> {
        let changes = self.records.iter();
        Ok(length(
            changes.flat_map(|change| change.dynamodb.keys.keys()),
        ))
    }
}

impl Work for Notice {
    fn total(&self) -> Result<f64, serde_json::Error> {
        self.detail.total()
    }
}

impl Work for Topics {
    fn total(&self) -> Result<f64, serde_json::Error> {
        Ok(length(
            self.records.values().flatten().map(|record| &record.value),
        ))
    }
}

impl Work for Task {
    fn total(&self) -> Result<f64, serde_json::Error> {
        self.execution.input.total()
    }
}

/// The length of data that the work doesn't decode.
fn length<'a>(data: impl Iterator<Item = &'a String>) -> f64 {
    data.map(|text| text.len() as f64).sum()
}

/// Calls the macro `$handlers` with the kinds of events, under their names in `BENCH_EVENT`, and the type of each.
#[macro_export]
macro_rules! kinds {
    ($handlers:ident) => {
        $handlers! {
            plain: $crate::Order,
            http: $crate::HttpRequest,
            sqs: $crate::Batch,
            sns: $crate::Notification,
            kinesis: $crate::Stream,
            dynamodb: $crate::Changes,
            eventbridge: $crate::Notice,
            kafka: $crate::Topics,
            sfn: $crate::Task,
        }
    };
}

/// Runs a function on the tokio runtime that `BENCH_RUNTIME` names: `current_thread`, or the one of `#[tokio::main]`.
pub fn block_on<F: Future>(function: F) -> F::Output {
    let mut builder = match env::var("BENCH_RUNTIME").as_deref() {
        Ok("current_thread") => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = builder.enable_all().build().expect("a tokio runtime");
    runtime.block_on(function)
}
