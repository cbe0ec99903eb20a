//! The AWS SDK for Rust: a span for every call, and its trace context in what the call sends.
//!
//! One call on a client's config, [`datadog_tracing()`](DatadogTracing::datadog_tracing), for each service
//! that has a feature: `aws-sqs`, `aws-sns`, `aws-eventbridge`, `aws-kinesis`, `aws-sfn`, `aws-lambda`. Their
//! modules have an example each, and say where the headers go and which limits they keep.
//!
//! - Every operation of the client is a span below the active one, such as `sqs.request` with the resource
//!   `SQS.SendMessage` and the service `aws.sqs`, tagged with the region, the queue, topic, stream or function,
//!   the HTTP status, the request id, further attempts and the error. Its headers go out, not those of
//!   the span around it.
//! - Every byte of a request stays, save what carries the headers. What would grow over a limit of AWS goes
//!   out untouched, with one log line; where AWS has raised a limit, the lower one is kept as well by what is
//!   below it, since a queue, a stream or an account may still have it.
//! - Without an active trace there is no span and nothing is written, save that `ReceiveMessage` asks for the
//!   attribute; with `DD_TRACE_ENABLED=false` nothing at all happens.
//! - Nothing here fails a call, but for a `StartExecution` that is repeated under the same name, of which the
//!   module for Step Functions tells. One that is dropped before it ends, as by the SDK's own time limit for an
//!   operation, ends its span as an error.
//! - Interceptors can't make their span OpenTelemetry's active one while the call waits: the spans of an HTTP
//!   client below the SDK, if it has any, are siblings.

#[cfg(any(feature = "aws-sqs", feature = "aws-sns"))]
mod attributes;
mod call;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-kinesis",
    feature = "aws-sfn"
))]
mod datadog_member;
#[cfg(feature = "aws-eventbridge")]
pub mod eventbridge;
mod failure;
mod interceptor;
#[cfg(any(
    feature = "aws-eventbridge",
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
mod limits;
#[cfg(any(
    feature = "aws-kinesis",
    feature = "aws-lambda",
    feature = "aws-sns",
    feature = "aws-sqs"
))]
mod operations;
mod service_error;
#[cfg(feature = "aws-sfn")]
pub mod sfn;
#[cfg(feature = "aws-sns")]
pub mod sns;
#[cfg(feature = "aws-sqs")]
pub mod sqs;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-kinesis",
    feature = "aws-lambda",
    feature = "aws-sfn"
))]
mod text;

/// The attribute or member that carries the headers.
const DATADOG: &str = "_datadog";

/// Traces the calls of an AWS SDK client; implemented for the config builder of each service.
///
/// See the [module](self).
pub trait DatadogTracing: Sized {
    /// Adds the interceptor that makes a span of each call and puts its context into the request.
    #[must_use]
    fn datadog_tracing(self) -> Self;
}
