//! A small queue: it passes a message on as the event that Lambda makes from an SQS message.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::ids::{since_epoch, uuid};
use crate::mailbox::Mailbox;
use crate::server::Server;

/// The region and the account of every queue.
const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// The principal that SQS names as the sender.
const SENDER_ID: &str = "AIDAIENQZJOLO23YVJ4VO";

/// The most that SQS accepts: 1 MiB.
const LARGEST_MESSAGE: usize = 1024 * 1024;

/// The request header that carries message attributes, in the form of SQS's own API:
/// `{"name":{"DataType":"String","StringValue":"value"}}`.
const ATTRIBUTES_HEADER: &str = "x-message-attributes";

/// The request header that SQS turns into the system attribute `AWSTraceHeader`.
const TRACE_HEADER: &str = "x-amzn-trace-id";

/// A message in a queue.
#[derive(Debug, Clone)]
pub struct Message {
    id: String,
    body: String,
    attributes: BTreeMap<String, Attribute>,
    trace_header: Option<String>,
    sent: SystemTime,
    received: SystemTime,
    queue: Arc<str>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    data_type: String,
    string_value: Option<String>,
    /// Base64, in the API as in the event.
    binary_value: Option<String>,
}

/// An HTTP endpoint that takes the body of `POST /` as a message.
///
/// Message attributes are in the header `x-message-attributes`, in the form of the parameter
/// `MessageAttributes` of SQS's API: `{"name":{"DataType":"String","StringValue":"value"}}`.
#[derive(Debug)]
pub struct Queue {
    server: Server,
    messages: Mailbox<Message>,
}

impl Queue {
    /// Starts a queue called `name` on a free port of 127.0.0.1.
    pub async fn start(name: &str) -> io::Result<Self> {
        let messages = Mailbox::new();
        let router = Router::new()
            .route("/", post(send))
            .layer(DefaultBodyLimit::max(LARGEST_MESSAGE))
            .with_state((messages.clone(), Arc::from(name)));
        let server = Server::start(router).await?;
        Ok(Self { server, messages })
    }

    /// The URL for posting messages.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Takes the oldest message that hasn't been taken, waiting for one if there is none.
    pub async fn next(&self) -> Message {
        let mut message = self.messages.next().await;
        message.received = SystemTime::now();
        message
    }

    /// How many messages wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.messages.len()
    }

    /// Stops the queue; its port is closed when this returns.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

impl Message {
    /// The body, exactly as sent.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The event that a function gets for a batch of messages.
    ///
    /// Its shape: <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.
    #[must_use]
    pub fn event(batch: &[Self]) -> Bytes {
        let records: Vec<Value> = batch.iter().map(Self::record).collect();
        Bytes::from(json!({ "Records": records }).to_string())
    }

    fn record(&self) -> Value {
        let mut attributes = json!({
            "ApproximateReceiveCount": "1",
            "SentTimestamp": millis(self.sent),
            "SenderId": SENDER_ID,
            "ApproximateFirstReceiveTimestamp": millis(self.received),
        });
        if let (Some(header), Value::Object(attributes)) = (&self.trace_header, &mut attributes) {
            attributes.insert("AWSTraceHeader".into(), Value::from(header.as_str()));
        }
        let message_attributes: Map<String, Value> = self
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), attribute.in_event()))
            .collect();
        json!({
            "messageId": self.id,
            "receiptHandle": format!("AQEB{}", md5_hex(&self.id)),
            "body": self.body,
            "attributes": attributes,
            "messageAttributes": message_attributes,
            "md5OfBody": md5_hex(&self.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", self.queue),
            "awsRegion": REGION,
        })
    }
}

impl Attribute {
    /// The event spells the members in lower camel case and has two lists that SQS never fills.
    fn in_event(&self) -> Value {
        let mut attribute = json!({
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": self.data_type,
        });
        if let Value::Object(members) = &mut attribute {
            let values = [
                ("stringValue", &self.string_value),
                ("binaryValue", &self.binary_value),
            ];
            for (name, value) in values {
                if let Some(value) = value {
                    members.insert(name.into(), Value::from(value.as_str()));
                }
            }
        }
        attribute
    }
}

async fn send(
    State((messages, queue)): State<(Mailbox<Message>, Arc<str>)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match Message::new(&headers, &body, queue) {
        Ok(message) => {
            let answer = json!({
                "MessageId": message.id,
                "MD5OfMessageBody": md5_hex(&message.body),
            });
            messages.put(message);
            answer.to_string().into_response()
        }
        Err(problem) => (StatusCode::BAD_REQUEST, problem).into_response(),
    }
}

impl Message {
    fn new(headers: &HeaderMap, body: &Bytes, queue: Arc<str>) -> Result<Self, String> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let body = std::str::from_utf8(body)
            .map_err(|error| format!("the message is no UTF-8 ({error}); encode it as Base64"))?;
        if body.is_empty() {
            return Err("the message is empty; send at least one character".to_owned());
        }
        let attributes = match text(ATTRIBUTES_HEADER) {
            None => BTreeMap::new(),
            Some(json) => serde_json::from_str(json).map_err(|error| {
                format!(
                    "`{ATTRIBUTES_HEADER}` isn't understood ({error}); \
                     write `{{\"name\":{{\"DataType\":\"String\",\"StringValue\":\"value\"}}}}`"
                )
            })?,
        };
        let now = SystemTime::now();
        Ok(Self {
            id: uuid(),
            body: body.to_owned(),
            attributes,
            trace_header: text(TRACE_HEADER).map(str::to_owned),
            sent: now,
            received: now,
            queue,
        })
    }
}

fn millis(time: SystemTime) -> String {
    since_epoch(time).as_millis().to_string()
}

fn md5_hex(text: &str) -> String {
    format!("{:x}", md5::compute(text))
}
