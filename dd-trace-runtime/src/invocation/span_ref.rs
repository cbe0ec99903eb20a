//! The span of the running invocation, within reach of everything that runs inside it.

use std::borrow::Cow;
use std::error::Error;

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, Key, KeyValue, Value};

use crate::handler::failure::describe_typed;
use crate::telemetry::Telemetry;

/// The span of the running invocation, `aws.lambda`: tag it, mark it as failed, or decide whether the trace is
/// kept.
///
/// `cargo run -p examples --example invocation_span` shows its use.
///
/// It is the same span everywhere inside the invocation: below spans of `#[instrument]` and OpenTelemetry, in
/// the tasks of [`spawn`](crate::spawn), with any tracer provider. Outside of an invocation, after the span has
/// ended and with `DD_TRACE_ENABLED=false`, every method does nothing.
///
/// ```
/// use dd_trace_runtime::{invocation_span, testing::Invocation, traced_handler};
/// use lambda_runtime::{Error, LambdaEvent};
///
/// #[traced_handler]
/// async fn handler(event: LambdaEvent<u32>) -> Result<(), Error> {
///     let span = invocation_span();
///     span.set_attribute("order.id", i64::from(event.payload));
///     span.set_resource("POST /orders");
///     if event.payload > 1_000 {
///         span.keep_trace();
///     }
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let outcome = Invocation::of(&1_001).run(handler).await;
/// assert_eq!(outcome.root().resource, "POST /orders");
/// assert_eq!(outcome.root().metrics["order.id"], 1_001.0);
/// assert_eq!(outcome.root().metrics["_sampling_priority_v1"], 2.0);
/// # }
/// ```
#[must_use]
pub fn invocation_span() -> InvocationSpanRef {
    let running = Context::map_current(Telemetry::running_in);
    InvocationSpanRef {
        context: running.and_then(|running| running.span()),
    }
}

/// The span of an invocation; see [`invocation_span`].
///
/// Keep it no longer than the invocation: it holds what the invocation's OpenTelemetry context holds.
#[derive(Debug, Clone)]
pub struct InvocationSpanRef {
    context: Option<Context>,
}

impl InvocationSpanRef {
    /// Sets a tag, and replaces one with the same key. Numbers become metrics, everything else text.
    ///
    /// The attributes to which Datadog gives a meaning have it here, too: `service.name`, `resource.name`,
    /// `operation.name`, `span.type`.
    pub fn set_attribute(&self, key: impl Into<Key>, value: impl Into<Value>) {
        self.set(KeyValue::new(key.into(), value.into()));
    }

    /// Sets the resource, by which Datadog groups below the service. The default is the function's name.
    pub fn set_resource(&self, resource: impl Into<Cow<'static, str>>) {
        let resource: Cow<'static, str> = resource.into();
        self.set(KeyValue::new("resource.name", resource));
    }

    /// Marks the invocation as failed, with the tags `error.type`, `error.message` and, if the error has
    /// sources, `error.stack`. The handler may still return `Ok`; an error that it returns replaces this one.
    ///
    /// ```
    /// # use dd_trace_runtime::{invocation_span, testing::Invocation, traced_handler};
    /// # use lambda_runtime::{Error, LambdaEvent};
    /// #[traced_handler]
    /// async fn handler(event: LambdaEvent<String>) -> Result<i32, Error> {
    ///     Ok(event.payload.parse().unwrap_or_else(|error| {
    ///         invocation_span().record_error(&error);
    ///         0
    ///     }))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let outcome = Invocation::of("seven").run(handler).await;
    /// assert_eq!(outcome.root().error, 1);
    /// assert_eq!(outcome.root().meta["error.type"], "ParseIntError");
    /// # }
    /// ```
    pub fn record_error<E: Error + 'static>(&self, error: &E) {
        if let Some(context) = &self.context {
            describe_typed(error).tell(&context.span());
        }
    }

    /// Keeps the trace, whatever was decided before, as the tag `manual.keep` does on any span of the trace.
    /// The priority becomes 2 and `_dd.p.dm` becomes `-4`, as with Datadog's other tracers.
    ///
    /// Whatever was propagated before has the earlier decision.
    pub fn keep_trace(&self) {
        self.set(KeyValue::new("manual.keep", true));
    }

    /// Drops the trace, as the tag `manual.drop` does on any span of the trace. The priority becomes -1;
    /// statistics still count the trace.
    pub fn drop_trace(&self) {
        self.set(KeyValue::new("manual.drop", true));
    }

    /// Whether the span is open, so that its methods have an effect.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        let context = self.context.as_ref();
        context.is_some_and(|context| context.span().is_recording())
    }

    /// The OpenTelemetry context with the span, for starting a span directly below it.
    #[must_use]
    pub fn context(&self) -> Context {
        self.context.clone().unwrap_or_default()
    }

    fn set(&self, attribute: KeyValue) {
        if let Some(context) = &self.context {
            context.span().set_attribute(attribute);
        }
    }
}
