//! Batches of SQS, Kinesis and DynamoDB streams, record by record.
//!
//! A handler that takes [`Records<R>`] as its event gives each record a span of its own below `aws.lambda`, and
//! returns the records that failed, so that Lambda sends only those again:
//!
//! ```
//! use dd_trace_runtime::batch::{BatchResponse, Records};
//! use dd_trace_runtime::traced_handler;
//! use lambda_runtime::{Error, LambdaEvent};
//! use serde::Deserialize;
//!
//! /// The fields that the handler needs; `aws_lambda_events::sqs::SqsMessage` has all of it.
//! #[derive(Deserialize)]
//! struct Message { body: String }
//!
//! #[traced_handler]
//! async fn handler(event: LambdaEvent<Records<Message>>) -> Result<BatchResponse, Error> {
//!     let response = event.payload.process(async |message: Message| -> Result<(), Error> {
//!         let quantity: u32 = message.body.parse()?;
//!         println!("sell {quantity}");
//!         Ok(())
//!     });
//!     Ok(response.await)
//! }
//! ```
//!
//! A unit test of it, with the feature `testing`:
//!
//! ```
//! # use dd_trace_runtime::batch::{BatchResponse, Records};
//! # use dd_trace_runtime::traced_handler;
//! # use lambda_runtime::{Error, LambdaEvent};
//! use dd_trace_runtime::testing::Invocation;
//! use serde_json::json;
//!
//! # #[derive(serde::Deserialize)]
//! # struct Message { body: String }
//! # #[traced_handler]
//! # async fn handler(event: LambdaEvent<Records<Message>>) -> Result<BatchResponse, Error> {
//! #     let response = event.payload.process(async |message: Message| -> Result<(), Error> {
//! #         message.body.parse::<u32>()?;
//! #         Ok(())
//! #     });
//! #     Ok(response.await)
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
//! let event = json!({"Records": [
//!     {"messageId": "a", "eventSource": "aws:sqs", "eventSourceARN": queue, "body": "1"},
//!     {"messageId": "b", "eventSource": "aws:sqs", "eventSourceARN": queue, "body": "many"},
//! ]});
//! let outcome = Invocation::of(&event).run(handler).await;
//! let response = serde_json::to_value(outcome.result.as_ref().unwrap()).unwrap();
//! assert_eq!(response, json!({"batchItemFailures": [{"itemIdentifier": "b"}]}));
//! assert_eq!(outcome.root().metrics["batch_item_failures"], 1.0);
//! let failed = outcome.spans().iter().find(|span| span.error != 0).unwrap();
//! assert_eq!(failed.name, "aws.sqs.process");
//! assert_eq!(failed.meta["message_id"], "b");
//! assert_eq!(failed.meta["error.type"], "ParseIntError");
//! # }
//! ```
//!
//! **Turn on `ReportBatchItemFailures` in the event source mapping.** Without it Lambda ignores the response and
//! deletes a message that failed.
//!
//! | source | span | its link | identifier of a failure |
//! |---|---|---|---|
//! | SQS | `aws.sqs.process` | the message's producer | `messageId` |
//! | Kinesis | `aws.kinesis.process` | the record's producer | `kinesis.sequenceNumber` |
//! | DynamoDB streams | `aws.dynamodb.process` | a pointer at the item, which its writer has as well | `dynamodb.SequenceNumber` |
//!
//! - The span is active while the record is processed, so spans and payloads made there are below it. Its kind is
//!   `consumer`, its resource the queue, stream or table, and its error the error of the record.
//! - A record fails if the handler returns an error for it, if the handler panics, or if the record doesn't fit `R`.
//!   The other records go on. Each failure is a log line of level `WARN`.
//! - In a FIFO queue, a Kinesis stream and a DynamoDB stream the order matters.
//!   [`process`](Records::process) stops at the first failure there, and reports this and every later record.
//! - `aws.lambda` has the number of failures as `batch_item_failures`. It isn't an error because of them.
//! - Events of other sources don't fit `Records`, because Lambda would ignore their failures.
//! - With `DD_TRACE_ENABLED=false` failures are still collected.
//!
//! # Several records at a time
//!
//! [`Records`] is an iterator of [`Record`]s, and what [`Record::process`] returns is collected into a
//! [`BatchResponse`], from an iterator or from a stream. With the crate `futures`:
//!
//! ```
//! # use dd_trace_runtime::batch::{BatchResponse, Records};
//! # use lambda_runtime::Error;
//! # use serde::Deserialize;
//! use futures::StreamExt;
//!
//! # #[derive(Deserialize)]
//! # struct Message { body: String }
//! # async fn sell(_: Message) -> Result<(), Error> { Ok(()) }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let records: Records<Message> = serde_json::from_str(r#"{"Records":[]}"#).unwrap();
//! let response: BatchResponse = futures::stream::iter(records)
//!     .map(|record| record.process(sell))
//!     .buffer_unordered(8)
//!     .collect()
//!     .await;
//! # assert_eq!(response, BatchResponse::default());
//! # }
//! ```
//!
//! Use this only for queues in which the order doesn't matter.

mod entry;
mod record;
mod records;
mod response;
mod source;
mod span;
#[cfg(test)]
mod tests;
mod text;

pub use record::Record;
pub use records::{IntoIter, Records};
pub use response::{BatchItemFailure, BatchResponse};
