//! The AWS SDK for Rust: a span for every call, and its trace context in what the call sends.
//!
//! One call on a client's config, for each service that has a feature here:
//!
//! ```no_run
//! use aws_sdk_sqs::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn send() -> Result<(), aws_sdk_sqs::Error> {
//! // With `aws-config`: `Builder::from(&sdk_config)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let sqs = aws_sdk_sqs::Client::from_conf(config);
//! sqs.send_message().queue_url("https://..").message_body("order 7").send().await?;
//! # Ok(())
//! # }
//! ```

#[cfg(any(feature = "aws-sqs", feature = "aws-sns"))]
mod attributes;
mod call;
#[cfg(feature = "aws-eventbridge")]
mod eventbridge;
mod failure;
mod interceptor;
#[cfg(any(
    feature = "aws-eventbridge",
    feature = "aws-kinesis",
    feature = "aws-lambda",
    feature = "aws-sfn"
))]
mod json;
#[cfg(feature = "aws-kinesis")]
mod kinesis;
#[cfg(feature = "aws-lambda")]
mod lambda;
mod left_out;
mod limits;
#[cfg(feature = "aws-sfn")]
mod sfn;
#[cfg(feature = "aws-sns")]
mod sns;
#[cfg(feature = "aws-sqs")]
pub mod sqs;

/// The attribute or member that carries the headers; no client context has it.
#[cfg_attr(
    not(any(
        feature = "aws-eventbridge",
        feature = "aws-kinesis",
        feature = "aws-sfn",
        feature = "aws-sns",
        feature = "aws-sqs"
    )),
    allow(dead_code)
)]
const DATADOG: &str = "_datadog";

/// Traces the calls of an AWS SDK client; see the [module](self).
pub trait DatadogTracing: Sized {
    /// Adds the interceptor that makes a span of each call and puts its context into the request.
    #[must_use]
    fn datadog_tracing(self) -> Self;
}
