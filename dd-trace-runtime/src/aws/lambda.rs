//! Lambda: `Invoke`, whatever its invocation type, and `InvokeWithResponseStream`.
//!
//! Each header is a member of `custom` in the client context. They aren't nested in an object, because `lambda_runtime` only
//! accepts strings there, and a function in Rust would fail to start. Headers that `custom` already has, in any style, are
//! replaced; everything else in the client context stays. A client context that would be longer than 3583 bytes in
//! Base64 stays as it is.
//!
//! ```no_run
//! use aws_sdk_lambda::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_lambda::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let lambda = aws_sdk_lambda::Client::from_conf(config);
//! let payload = aws_sdk_lambda::primitives::Blob::new(r#"{"id":7}"#);
//! lambda.invoke().function_name("checkout").payload(payload).send().await?;
//! # Ok(())
//! # }
//! ```

mod operations;
#[cfg(test)]
mod tests;

use aws_sdk_lambda::config::Builder;
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeInput};
use aws_sdk_lambda::operation::invoke_with_response_stream::{
    InvokeWithResponseStreamError, InvokeWithResponseStreamInput,
};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::error::ErrorMetadata;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry::KeyValue;

use super::interceptor::{Interceptor, Service};
use super::json::Object;
use super::left_out::{LeftOut, Reason};
use super::limits::{Batch, Limit};
use super::text::{End, Text as _};
use super::{DATADOG, DatadogTracing};
use crate::context::carrier::Carrier;

/// The client context in Base64, by the SDK's documentation of `Invoke`.
const LIMIT: Limit = Limit(&[3583]);

/// The member of the client context that holds the caller's own members.
const CUSTOM: &str = "custom";

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<Lambda>::new())
    }
}

#[derive(Debug)]
struct Lambda;

impl Service for Lambda {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        if let Some(name) = operations::function_name(input) {
            tags.push(KeyValue::new("functionname", name.to_owned()));
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        if let Some(input) = input.downcast_mut::<InvokeInput>() {
            return add_to(&mut input.client_context, &headers()?);
        }
        let input = input.downcast_mut::<InvokeWithResponseStreamInput>()?;
        add_to(&mut input.client_context, &headers()?)
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        let streamed = || {
            Some(
                error
                    .downcast_ref::<InvokeWithResponseStreamError>()?
                    .meta(),
            )
        };
        let invoked = error.downcast_ref::<InvokeError>();
        invoked.map(InvokeError::meta).or_else(streamed)
    }
}

/// The client context with the headers. They aren't nested, because `lambda_runtime` only accepts strings.
fn add_to(client_context: &mut Option<String>, carrier: &Carrier) -> Option<LeftOut> {
    let given = client_context.as_deref().unwrap_or_default();
    let context = match given {
        "" => with_headers("{}", carrier),
        given => decode(given).and_then(|context| with_headers(&context, carrier)),
    };
    let change = context.map(|context| {
        let encoded = STANDARD.encode(context);
        (encoded.len(), encoded)
    });
    let mut batch = Batch::new(LIMIT, LIMIT, 1);
    batch.add(given.len(), change.ok_or(Reason::NoObject));
    batch.apply(|encoded| *client_context = Some(encoded))
}

/// Headers of an older trace context are removed, whatever their style. Otherwise there would be two contexts.
fn with_headers(context: &str, carrier: &Carrier) -> Option<String> {
    let context = Object::read(context, |name| name == CUSTOM)?;
    let headers = carrier.to_json_string();
    let custom = match context.value() {
        None | Some("null") => headers,
        Some(custom) => {
            let mut others = Object::read(custom, is_header)?.without()?;
            let members = headers.strip_prefix('{')?.strip_suffix('}')?;
            others.insert_last(End::of(others.as_bytes())?, members);
            others
        }
    };
    context.with(CUSTOM, &custom)
}

/// Whether a member of `custom` is one of those in which Datadog's tracers and others write a trace context:
/// `_datadog` is what Python's writes with `DD_BOTOCORE_INVOKE_WITH_LEGACY_CONTEXT`.
fn is_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_a_style = ["x-datadog-", "x-b3-", "ot-baggage-"];
    of_a_style.iter().any(|prefix| name.starts_with(prefix))
        || matches!(
            &*name,
            "traceparent" | "tracestate" | "baggage" | "b3" | DATADOG
        )
}

fn decode(context: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(context).ok()?).ok()
}
