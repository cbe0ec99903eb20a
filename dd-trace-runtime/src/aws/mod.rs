//! The AWS SDK for Rust: a span for every call, and the trace context in what the call sends.
//!
//! With the feature `aws`, a client of any service takes [`interceptor()`], which makes a span of each call. The
//! services below have a feature each (`aws-sqs`, `aws-sns`, `aws-eventbridge`, `aws-kinesis`, `aws-sfn`,
//! `aws-lambda`, `aws-iot`, `aws-s3`, `aws-dynamodb`) and need one call on the client's config,
//! [`datadog_tracing()`](DatadogTracing::datadog_tracing):
//!
//! ```sh
//! cargo add dd-trace-runtime --features aws-sqs
//! cargo add aws-sdk-sqs
//! ```
//!
//! ```no_run
//! # #[cfg(feature = "aws-sqs")]
//! # async fn send(sdk_config: aws_sdk_sqs::Config, url: &str) -> Result<(), aws_sdk_sqs::Error> {
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! let config = sdk_config.to_builder().datadog_tracing().build();
//! let sqs = aws_sdk_sqs::Client::from_conf(config);
//! sqs.send_message().queue_url(url).message_body("order 7").send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! | service | operations | the trace context is in |
//! |---|---|---|
//! | SQS | `SendMessage`, `SendMessageBatch` | the message attribute `_datadog`, a `String` |
//! | | `ReceiveMessage` | asks for that attribute; `aws::sqs::trace_context(&message)` reads it |
//! | SNS | `Publish`, `PublishBatch` | the message attribute `_datadog`, a `Binary` |
//! | EventBridge | `PutEvents` | `_datadog` in the detail |
//! | Kinesis | `PutRecord`, `PutRecords` | `_datadog` in data that is JSON |
//! | Step Functions | `StartExecution`, `StartSyncExecution` | `_datadog` in the input, unless the input has one |
//! | Lambda | `Invoke`, `InvokeWithResponseStream` | `custom` of the client context, in place of older headers |
//! | IoT | `Publish` | `_datadog` in a payload that is JSON, unless the message is retained |
//! | S3 | `PutObject`, `CopyObject`, `CompleteMultipartUpload` | no request: the span has a pointer, which the consumer has as well |
//! | DynamoDB | `PutItem`, `UpdateItem`, `DeleteItem`, `BatchWriteItem`, `TransactWriteItems` | the same |
//! | any other | every operation, through [`interceptor()`] | nothing: its requests stay as they are |
//!
//! - Every operation of the client is a span below the active one, such as `sqs.request` with the resource
//!   `SQS.SendMessage` and the service `aws.sqs`. It is tagged with the region, the queue, topic, stream or
//!   function, the HTTP status, the request id, retries and the error. The request carries the id of this span.
//! - Every entry of a batch carries the trace context.
//! - A request keeps every byte that it had. A message that has ten attributes already, or that would grow over a
//!   limit of AWS, is sent untouched, with one log line. Where AWS has raised a limit, messages below the old limit
//!   stay below it, because a queue, a stream or an account may still have it.
//! - With the feature `dsm` and `DD_DATA_STREAMS_ENABLED=true`, messages that go out through SQS, SNS, Kinesis and
//!   EventBridge carry their pathway, too: see [`guide::data_streams`](crate::guide::data_streams).
//! - Without an active trace there is no span, and only `ReceiveMessage` changes: it asks for the attribute. With
//!   `DD_TRACE_ENABLED=false` nothing happens at all.
//! - The input of a schedule (EventBridge Scheduler) and the template of a pipe (EventBridge Pipes) stay as they are: they
//!   are written once and sent again and again, and would join every later invocation to the trace that wrote them.
//! - No call fails because of tracing, with one exception: a `StartExecution` that is repeated under the same name.
//!   The module `sfn` explains it. A call that is dropped before it ends, for example by the SDK's time-out for an
//!   operation, ends its span as an error.
//! - An interceptor can't make its span OpenTelemetry's active span while the call waits. The spans of an HTTP
//!   client below the SDK, if there are any, are siblings of the call's span.
//! - Injection takes one to five microseconds a call, and a copy of the body if the body has no room to grow. Two
//!   cases take longer: data for Kinesis is parsed, at a microsecond a kilobyte, because data that isn't JSON must
//!   stay as it is; and a detail or an input is searched for `_datadog`, at four microseconds in 256 KiB.

mod any_service;
mod call;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-iot",
    feature = "aws-kinesis",
    feature = "aws-sfn"
))]
mod datadog_member;
#[cfg(feature = "aws-dynamodb")]
pub mod dynamodb;
#[cfg(feature = "aws-eventbridge")]
pub mod eventbridge;
mod failure;
mod interceptor;
#[cfg(feature = "aws-iot")]
pub mod iot;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-iot",
    feature = "aws-kinesis",
    feature = "aws-lambda",
    feature = "aws-sfn"
))]
#[cfg_attr(
    not(feature = "aws-lambda"),
    allow(dead_code, reason = "Lambda alone needs all of it")
)]
mod json;
#[cfg(feature = "aws-kinesis")]
pub mod kinesis;
#[cfg(feature = "aws-lambda")]
pub mod lambda;
mod left_out;
#[cfg(feature = "_aws-injection")]
mod limits;
#[cfg(any(feature = "aws-sqs", feature = "aws-sns"))]
mod message_attributes;
#[cfg(any(
    feature = "aws-dynamodb",
    feature = "aws-kinesis",
    feature = "aws-lambda",
    feature = "aws-s3",
    feature = "aws-sns",
    feature = "aws-sqs"
))]
mod operations;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-kinesis",
    feature = "aws-sns",
    feature = "aws-sqs",
    feature = "dsm"
))]
#[cfg_attr(
    not(all(feature = "aws-sqs", feature = "dsm")),
    allow(dead_code, reason = "SQS alone needs all of it")
)]
mod pathway;
#[cfg(feature = "dsm")]
#[cfg_attr(
    not(any(feature = "aws-kinesis", feature = "aws-sqs")),
    allow(dead_code, reason = "nothing is received")
)]
mod receiving;
#[cfg(feature = "aws-s3")]
pub mod s3;
mod service_error;
mod service_name;
#[cfg(feature = "aws-sfn")]
pub mod sfn;
#[cfg(feature = "aws-sns")]
pub mod sns;
#[cfg(feature = "aws-sqs")]
pub mod sqs;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-iot",
    feature = "aws-kinesis",
    feature = "aws-lambda",
    feature = "aws-sfn"
))]
mod text;
mod writes;

pub use self::any_service::interceptor;

/// The attribute or member that carries the headers.
#[cfg(feature = "_aws-injection")]
const DATADOG: &str = "_datadog";

/// Traces the calls of an AWS SDK client; implemented for the config builder of each service.
///
/// See the [module](self).
pub trait DatadogTracing: Sized {
    /// Adds the interceptor that makes a span of each call and puts its context into the request.
    #[must_use]
    fn datadog_tracing(self) -> Self;
}
