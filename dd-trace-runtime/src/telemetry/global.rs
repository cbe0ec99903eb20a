//! OpenTelemetry's globals, in a process whose invocations each have their own telemetry.
//!
//! A global decides by the context that it is given, and stores nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once};

use opentelemetry::global::{self, BoxedSpan, BoxedTracer};
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{Span, SpanBuilder, Tracer, TracerProvider};
use opentelemetry::{Context, InstrumentationScope};

use super::Telemetry;
use crate::context::propagation::DatadogPropagator;
use crate::sync::lock;

/// Whether [`install`] has set the global propagator.
static HAS_OURS: AtomicBool = AtomicBool::new(false);

/// Wraps the global tracer provider, and sets the global propagator if there is none.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let _alone = installing();
        global::set_tracer_provider(ByContext(global::tracer_provider()));
        if global::get_text_map_propagator(|present| present.fields().next().is_none()) {
            global::set_text_map_propagator(ByContext(DatadogPropagator::default()));
            HAS_OURS.store(true, Ordering::Relaxed);
        }
    });
}

/// OpenTelemetry's function of that name; spans outside of a test's invocation go to `provider`.
pub(super) fn set_tracer_provider<P>(provider: P)
where
    P: TracerProvider<Tracer: Tracer<Span: Span + Send + Sync> + Send + Sync>
        + Send
        + Sync
        + 'static,
{
    let _alone = installing();
    global::set_tracer_provider(ByContext(provider));
}

/// OpenTelemetry's function of that name; outside of a test's invocation `propagator` is used.
pub(super) fn set_text_map_propagator(propagator: DatadogPropagator) {
    let _alone = installing();
    global::set_text_map_propagator(ByContext(propagator));
}

/// Whether a unit test's invocations have set the global propagator.
pub(super) fn has_ours() -> bool {
    HAS_OURS.load(Ordering::Relaxed)
}

/// Held while the globals are read and replaced.
fn installing() -> MutexGuard<'static, ()> {
    static INSTALLING: Mutex<()> = Mutex::new(());
    lock(&INSTALLING)
}

/// Uses the telemetry in the context; without one, what it wraps.
#[derive(Debug)]
struct ByContext<T>(T);

impl<P> TracerProvider for ByContext<P>
where
    P: TracerProvider<Tracer: Tracer<Span: Span + Send + Sync> + Send + Sync> + 'static,
{
    type Tracer = TracerByContext;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> TracerByContext {
        TracerByContext {
            otherwise: BoxedTracer::new(Box::new(self.0.tracer_with_scope(scope))),
        }
    }
}

#[derive(Debug)]
struct TracerByContext {
    otherwise: BoxedTracer,
}

impl Tracer for TracerByContext {
    type Span = BoxedSpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> BoxedSpan {
        match Telemetry::in_context(parent) {
            Some(telemetry) => {
                let tracer = telemetry.tracer().clone();
                BoxedTracer::new(Box::new(tracer)).build_with_context(builder, parent)
            }
            None => self.otherwise.build_with_context(builder, parent),
        }
    }
}

impl ByContext<DatadogPropagator> {
    fn propagator<'a>(&'a self, context: &'a Context) -> &'a DatadogPropagator {
        let telemetry = Telemetry::in_context(context);
        telemetry.map_or(&self.0, Telemetry::propagator)
    }
}

impl TextMapPropagator for ByContext<DatadogPropagator> {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        self.propagator(context).inject_context(context, injector);
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let propagator = self.propagator(context);
        propagator.extract_with_context(context, extractor)
    }

    fn fields(&self) -> FieldIter<'_> {
        self.0.fields()
    }
}
