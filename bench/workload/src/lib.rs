//! What both functions do, so that tracing is their only difference: the events as an application
//! would type them, and the work on each.

use std::collections::HashMap;
use std::env;
use std::future::Future;
use std::hint::black_box;

use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

/// An order: the plain event, and what the bodies of the others hold.
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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[allow(dead_code, reason = "an application reads more than this work needs")]
    message_id: String,
    body: String,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct Response {
    ok: bool,
}

/// What a function does with its event.
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
        let orders = self.records.iter();
        orders
            .map(|message| serde_json::from_str::<Order>(&message.body)?.total())
            .sum()
    }
}

/// What the events that come are.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// [`Order`].
    Plain,
    /// [`HttpRequest`].
    Http,
    /// [`Batch`].
    Sqs,
}

impl Kind {
    /// From `BENCH_EVENT`: `plain`, `http` or `sqs`.
    #[must_use]
    pub fn from_env() -> Self {
        match env::var("BENCH_EVENT").as_deref() {
            Ok("http") => Self::Http,
            Ok("sqs") => Self::Sqs,
            _ => Self::Plain,
        }
    }
}

/// Runs a function on the tokio runtime that `BENCH_RUNTIME` names: `current_thread`, or what
/// `#[tokio::main]` gives.
pub fn block_on<F: Future>(function: F) -> F::Output {
    let mut builder = match env::var("BENCH_RUNTIME").as_deref() {
        Ok("current_thread") => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = builder.enable_all().build().expect("a tokio runtime");
    runtime.block_on(function)
}
