//! One invocation of a traced handler.
#![expect(
    clippy::panic,
    reason = "a test that cannot be set up fails where it is"
)]

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::{Context as LambdaContext, LambdaEvent};
use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use serde::Serialize;

use super::{Outcome, Span};
use crate::config::Config;
use crate::context::carrier::Carrier;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;
use crate::handler::error::TracedError;
use crate::handler::panic::catch_panic;
use crate::invocation::state::InvocationState;
use crate::telemetry::Telemetry;
use crate::telemetry::global;
use crate::telemetry::started::Started;

const FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// Far longer than a unit test takes.
const TIMEOUT: Duration = Duration::from_secs(60);

/// An event for a traced handler, with everything else that an invocation has.
///
/// Each one is the first invocation of a new function instance, so it is a cold start.
///
/// ```
/// # use dd_trace_runtime::{TracedError, traced_handler, testing::Invocation};
/// # use lambda_runtime::{Error, LambdaEvent};
/// #[traced_handler]
/// async fn length(event: LambdaEvent<String>) -> Result<usize, Error> {
///     Ok(event.payload.len())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let outcome = Invocation::raw("[1,2]").env("DD_SERVICE", "shop").run(length).await;
/// assert!(matches!(outcome.result, Err(TracedError::Event(_))));
/// assert_eq!(outcome.root().service, "shop");
/// assert_eq!(outcome.root().error, 1);
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an invocation does nothing until it is run"]
pub struct Invocation {
    event: RawEvent,
    lambda: LambdaContext,
    env: HashMap<String, String>,
}

impl Invocation {
    /// With the JSON text of `event`.
    ///
    /// # Panics
    /// If it has none, such as a map whose keys aren't strings.
    #[track_caller]
    pub fn of<T: Serialize + ?Sized>(event: &T) -> Self {
        match RawEvent::from_serialize(event) {
            Ok(event) => Self::raw(event),
            Err(error) => panic!("the event has no JSON text: {error}"),
        }
    }

    /// With an event as received: text or bytes, JSON or not.
    pub fn raw(event: impl Into<RawEvent>) -> Self {
        // As early as possible: a tracer that a test takes before this knows no invocations.
        global::install();
        crate::handler::panic::install();
        let mut lambda = LambdaContext::default();
        "00000000-0000-4000-8000-000000000001".clone_into(&mut lambda.request_id);
        let deadline = SystemTime::now() + TIMEOUT;
        let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default();
        lambda.deadline = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        Self {
            event: event.into(),
            lambda,
            env: HashMap::new(),
        }
        .function_name("test-function")
        // The start of the test's own process isn't a cold start.
        .env("DD_COLD_START_TRACING", "false")
    }

    /// As if a traced caller, whose active trace context is `producer`, had invoked the function with this
    /// event.
    ///
    /// The headers are in the client context, where Datadog's tracers put them when they call `Invoke`, and
    /// where the built-in extraction finds them. The event stays as it is, and a trace context in it comes
    /// first.
    pub fn from_producer(mut self, producer: &TraceContext) -> Self {
        let mut headers = Carrier::new();
        DatadogPropagator::default().inject_trace_context(producer, &mut headers);
        let client = &mut self.lambda.client_context;
        if client.is_none() {
            // `lambda_runtime` doesn't export its type.
            *client = serde_json::from_str("{}").ok();
        }
        if let Some(client) = client {
            client.custom.extend(HashMap::<_, _>::from(headers));
        }
        self
    }

    /// The function's name, also in its ARN and in the Lambda context; `test-function` by default.
    pub fn function_name(mut self, name: &str) -> Self {
        self.lambda.invoked_function_arn =
            format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
        let mut config = lambda_runtime::Config::clone(&self.lambda.env_config);
        name.clone_into(&mut config.function_name);
        self.lambda.env_config = Arc::new(config);
        self.env(FUNCTION_NAME, name)
    }

    /// Changes the Lambda context: request id, ARN, deadline, client context, identity.
    ///
    /// ```
    /// # use dd_trace_runtime::testing::Invocation;
    /// # use serde_json::json;
    /// let invocation = Invocation::raw("{}").lambda_context(|context| {
    ///     context.request_id = "request-1".to_owned();
    ///     context.client_context = serde_json::from_value(json!({"custom": {"tenant": "a"}})).unwrap();
    /// });
    /// # let _ = invocation;
    /// ```
    pub fn lambda_context(mut self, change: impl FnOnce(&mut LambdaContext)) -> Self {
        change(&mut self.lambda);
        self
    }

    /// As if this environment variable were set: `DD_SERVICE`, `DD_TRACE_EXTRACTOR` or any other that this
    /// crate reads. The variables of the process aren't read.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Runs `handler`: a function under `#[traced_handler]`, or a closure around one that holds or
    /// borrows its other arguments.
    ///
    /// # Panics
    /// If the handler does, so that an assertion in a handler fails its test.
    pub async fn run<F, Fut, T, E>(self, handler: F) -> Outcome<Result<T, TracedError<E>>>
    where
        F: FnOnce(LambdaEvent<RawEvent>) -> Fut,
        Fut: Future<Output = Result<T, TracedError<E>>>,
    {
        self.observe(handler).await
    }

    /// Runs a handler that must panic; the result is the message of its panic.
    ///
    /// # Panics
    /// If the handler doesn't.
    pub async fn run_panicking<F, Fut, T, E>(self, handler: F) -> Outcome<String>
    where
        F: FnOnce(LambdaEvent<RawEvent>) -> Fut,
        Fut: Future<Output = Result<T, TracedError<E>>>,
    {
        let caught = |event| async {
            match catch_panic(async { handler(event).await }).await {
                Ok(_) => panic!("the handler returned; it was expected to panic"),
                Err(panic) => panic.message().to_owned(),
            }
        };
        self.observe(caught).await
    }

    /// Runs `handler` as the runtime layer does. The spans stay here and aren't sent.
    async fn observe<F, Fut>(self, handler: F) -> Outcome<Fut::Output>
    where
        F: FnOnce(LambdaEvent<RawEvent>) -> Fut,
        Fut: Future,
    {
        let config = Config::from_vars(|name| self.env.get(name).cloned());
        let started = Started::default();
        let telemetry = Telemetry::observed(config, started.clone());
        let event = LambdaEvent::new(self.event, self.lambda);
        let state = InvocationState::default();
        let context = telemetry
            .attach_to(&Context::new())
            .with_value(state.clone());
        let result = async { handler(event).await }.with_context(context).await;
        state.finish();
        let spans = Span::decode(&telemetry.take_chunks(), &started);
        let parent = started.parent();
        started.forget();
        match spans {
            Ok(spans) => Outcome::new(result, parent, spans),
            Err(error) => panic!("the exporter's bytes are no spans: {error}"),
        }
    }
}
