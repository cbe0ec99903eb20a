//! A process whose user has set a global tracer provider, which needs a process of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dd_trace_runtime::testing::{Invocation, Outcome};
use dd_trace_runtime::{TracedError, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::Tracer;
use opentelemetry::{Context, global};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

/// The names of the spans that a provider finished.
#[derive(Debug, Clone, Default)]
struct Names(Arc<Mutex<Vec<String>>>);

impl SpanProcessor for Names {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span.name.into_owned());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Names {
    /// The spans of a provider that is the global one from now on.
    fn of_global_provider() -> Self {
        let names = Self::default();
        let provider = SdkTracerProvider::builder().with_span_processor(names.clone());
        global::set_tracer_provider(provider.build());
        names
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[traced_handler]
async fn busy(_: LambdaEvent<()>) -> Result<(), Error> {
    global::tracer("shop").in_span("inside", |_| ());
    Ok(())
}

async fn invoked() -> Outcome<Result<(), TracedError<Error>>> {
    Invocation::of(&()).run(busy).await
}

#[tokio::test]
async fn an_earlier_provider_keeps_the_spans_outside_and_a_later_one_takes_all() {
    let before = Names::of_global_provider();
    let outcome = invoked().await;
    global::tracer("shop").in_span("outside", |_| ());
    assert_eq!(outcome.span("inside").parent_id, outcome.root().span_id);
    assert_eq!(before.take(), ["outside"]);

    let later = Names::of_global_provider();
    let outcome = invoked().await;
    assert_eq!(
        outcome.tree(),
        "aws.lambda  test-function  [test-function]\n"
    );
    assert_eq!(later.take(), ["inside"]);
}
