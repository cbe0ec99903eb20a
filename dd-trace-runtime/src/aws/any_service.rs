//! Calls of any AWS service, described by what the SDK knows about every call.

use aws_smithy_runtime_api::client::interceptors::Intercept;

use super::interceptor::{Interceptor, Service};

/// Makes a span of each call of an AWS SDK client, whatever the service; no request changes.
///
/// The feature `aws` is enough; no feature of a service is needed:
///
/// ```no_run
/// # #[cfg(feature = "aws-sqs")]
/// # fn example(builder: aws_sdk_sqs::config::Builder) -> aws_sdk_sqs::Client {
/// # use aws_sdk_sqs as aws_sdk_of_any_service;
/// // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
/// let config = builder.interceptor(dd_trace_runtime::aws::interceptor()).build();
/// aws_sdk_of_any_service::Client::from_conf(config)
/// # }
/// ```
///
/// For a service that has a feature of its own, use
/// [`datadog_tracing()`](super::DatadogTracing::datadog_tracing). It also knows the requests: which queue or table they
/// name, and where the trace context goes. A client that has both interceptors makes one span for each call.
#[must_use]
pub fn interceptor() -> impl Intercept + Clone + 'static {
    Interceptor::<AnyService>::new()
}

#[derive(Debug)]
struct AnyService;

impl Service for AnyService {
    const KNOWS_INPUTS: bool = false;
}
