//! What a process has one of: the settings, the propagator, the tracer, and the exporter.
//!
//! - In: the [`Config`] of the process.
//! - Out: a [`Telemetry`], in the OpenTelemetry context of each invocation.
//! - Next: [`span`](crate::span) and [`outgoing`](crate::outgoing), which ask it for whatever they need.

pub(crate) mod cold_start;
#[cfg(feature = "dsm")]
mod data_streams;
pub(crate) mod deadline;
#[cfg(feature = "tracing")]
pub(crate) mod durable;
#[cfg(feature = "testing")]
pub(crate) mod global;
pub(crate) mod process_stat;
pub(crate) mod running;
#[cfg(feature = "testing")]
pub(crate) mod started;

mod sending;
mod settings;
mod startup;

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, Once, OnceLock};
use std::time::Instant;

use opentelemetry::Context;
use opentelemetry::global::get_text_map_propagator;
#[cfg(not(feature = "testing"))]
use opentelemetry::global::{set_text_map_propagator, set_tracer_provider};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::trace::SdkTracerProvider;

use self::cold_start::ColdStart;
#[cfg(feature = "testing")]
use self::global::{set_text_map_propagator, set_tracer_provider};
use self::running::{Entered, Running};
use self::settings::Function;
#[cfg(feature = "testing")]
use self::started::Started;
use crate::config::Config;
use crate::context::local_trace;
use crate::context::propagation::Held;
use crate::context::trace_context::TraceContext;
use crate::conventions::OwnTags;
#[cfg(feature = "dsm")]
use crate::data_streams::DataStreams;
use crate::extraction::{Producers, Settings};
use crate::log;
use crate::tracer::any::AnyTracer;
use crate::tracer::invocation;
use crate::tracer::provider::{OwnProvider, Source};
use crate::tracer::user_provider::SdkProvider;

/// The state of tracing: settings, the tracer, and the spans that wait to be sent.
///
/// Cloning copies a pointer. A process has one, made by [`init`], [`run`](crate::run) or
/// [`layer`](crate::layer()); on a host, keep it to [`flush`](Self::flush) before the process ends.
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

struct Inner {
    config: Config,
    extraction: Settings,
    function: Function,
    /// The tags of the function's spans, with the ARN that it was last invoked by.
    function_tags: Mutex<Option<(String, OwnTags)>>,
    cold_start: ColdStart,
    /// Logs once, not with every invocation.
    no_such_extractor: Once,
    /// Whether an extractor has returned `None`.
    extractor_returned_none: AtomicBool,
    tracer: AnyTracer,
    source: Source,
    /// `None` if Data Streams Monitoring is off.
    #[cfg(feature = "dsm")]
    data_streams: Option<DataStreams>,
    /// A unit test takes the spans; they are never sent.
    keeps: bool,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}

static PROCESS: OnceLock<Telemetry> = OnceLock::new();

/// Initialises tracing for this process, from the environment.
///
/// Sets OpenTelemetry's global tracer provider and propagator, so that `opentelemetry::global::tracer` gives
/// spans of this trace. Puts a panic hook, which knows where a handler panicked, before the existing one, which
/// is still called. Opens no connection and starts no thread. [`run`](crate::run) and [`layer`](crate::layer())
/// call it themselves; a second call returns the same `Telemetry`.
///
/// ```
/// let telemetry = dd_trace_runtime::init();
/// # let _ = telemetry;
/// ```
#[allow(
    clippy::must_use_candidate,
    reason = "most callers want its effect alone"
)]
pub fn init() -> Telemetry {
    let telemetry = Telemetry::of_process();
    telemetry.install();
    telemetry
}

impl Telemetry {
    /// Initialises tracing with another provider that you already have, such as Datadog's own tracer.
    ///
    /// The `aws.lambda` span and everything around it go through that provider, which is flushed when ours
    /// would send. Call this before [`run`](crate::run), [`layer`](crate::layer()) and the first invocation: a
    /// process that is already initialised stays as it is, and a log line says so.
    ///
    /// A global propagator that is already set stays, as the one that belongs to the provider. Through it a
    /// producer's decision reaches the provider's sampler, and the sampler's decision on a new trace goes on in
    /// [`trace_headers`](crate::trace_headers). `datadog_opentelemetry::tracing().init()` sets one; after
    /// `init_local()` set the one that it returns. If there is none, ours is set, and outgoing priorities
    /// follow the sampled flag.
    ///
    /// The provider decides the service (Datadog's tracer takes `DD_SERVICE` and not the function's name),
    /// sampling, how many attributes and links a span may have (128, unless it was built with more), and when
    /// spans are sent and given up. Datadog's tracer sends a trace when all of its spans have ended, so nothing
    /// is left of an invocation that times out, unless `DD_TRACE_PARTIAL_FLUSH_ENABLED=true` and
    /// `DD_TRACE_PARTIAL_FLUSH_MIN_SPANS=1`. Its flush takes seconds if no agent answers. We wait for the flush
    /// after the response, for `DD_TRACE_AGENT_TIMEOUT_SECONDS` at most. It then goes on beside the invocations
    /// that follow, which neither wait for it nor flush again until it is over.
    ///
    /// ```
    /// use dd_trace_runtime::Telemetry;
    /// use opentelemetry_sdk::trace::SdkTracerProvider;
    ///
    /// let provider = SdkTracerProvider::builder().with_max_links_per_span(4_096).build();
    /// let telemetry = Telemetry::with_tracer_provider(provider);
    /// # let _ = telemetry;
    /// ```
    pub fn with_tracer_provider(provider: SdkTracerProvider) -> Self {
        let user = SdkProvider::new(provider, set_tracer_provider);
        let user = Source::User(Box::new(user));
        let telemetry = Self::build(Self::configured(), user, false);
        if PROCESS.set(telemetry).is_err() {
            log::warn!(
                "tracing was initialised before `with_tracer_provider`; the provider is not used; call it first in `main`"
            );
        }
        init()
    }

    pub(crate) fn new(config: Config) -> Self {
        let own = OwnProvider::new(&config);
        Self::build(config, Source::Own(own), false)
    }

    fn build(config: Config, source: Source, keeps: bool) -> Self {
        Self(Arc::new(Inner {
            extraction: Settings::new(&config),
            function: Function::new(config.function_name.as_deref().unwrap_or_default()),
            function_tags: Mutex::default(),
            cold_start: ColdStart::new(Instant::now()),
            no_such_extractor: Once::new(),
            extractor_returned_none: AtomicBool::new(false),
            tracer: source.tracer("dd-trace-runtime"),
            #[cfg(feature = "dsm")]
            data_streams: DataStreams::new(&config),
            config,
            source,
            keeps,
        }))
    }

    /// The telemetry of the active context, otherwise of the process.
    pub(crate) fn current() -> Self {
        Context::map_current(|context| Self::in_context(context).cloned())
            .unwrap_or_else(Self::of_process)
    }

    /// The telemetry of a context, otherwise of the process.
    pub(crate) fn of(context: &Context) -> Self {
        Self::in_context(context)
            .cloned()
            .unwrap_or_else(Self::of_process)
    }

    /// As [`of`](Self::of), but doesn't initialise the process.
    pub(crate) fn if_initialised(context: &Context) -> Option<&Self> {
        Self::in_context(context).or_else(|| PROCESS.get())
    }

    /// The invocation that a context belongs to.
    pub(crate) fn running_in(context: &Context) -> Option<Arc<Running>> {
        if let Some(attached) = Attached::of(context) {
            return attached.running.clone();
        }
        let invocation = local_trace::of(&context.span())?.invocation()?;
        invocation.downcast().ok()
    }

    /// Makes the span of `context` the one that [`running_in`](Self::running_in) leads to, until the returned
    /// guard is dropped.
    pub(crate) fn enter(context: &Context, producers: Producers) -> Option<Entered> {
        let running = Attached::of(context)?.running.as_ref()?;
        let weak = Arc::downgrade(running);
        invocation::claim(context, weak);
        Some(running.enter(context.clone(), producers))
    }

    /// The telemetry that a context was given.
    pub(crate) fn in_context(context: &Context) -> Option<&Self> {
        Attached::of(context).map(|attached| &attached.telemetry)
    }

    /// As [`current`](Self::current). Initialises a process that isn't yet, because the handler's own spans
    /// would be lost otherwise.
    pub(crate) fn of_invocation() -> Self {
        Context::map_current(|context| Self::in_context(context).cloned()).unwrap_or_else(init)
    }

    fn of_process() -> Self {
        PROCESS
            .get_or_init(|| Self::new(Self::configured()))
            .clone()
    }

    /// The settings of the process, which may say something about themselves.
    fn configured() -> Config {
        log::start();
        let config = Config::from_env();
        if config.debug {
            log::show_debug();
        }
        config
    }

    fn install(&self) {
        static INSTALLED: OnceLock<()> = OnceLock::new();
        static TOLD: Once = Once::new();
        if self.0.config.startup_logs {
            TOLD.call_once(|| log::show(&startup::line(&self.0.config, self.source())));
        }
        if self.enabled() {
            INSTALLED.get_or_init(|| {
                match self.source() {
                    Source::Own(own) => set_tracer_provider(own.clone()),
                    Source::User(user) => user.make_global(),
                }
                if !self.source().has_propagator() {
                    tell_that_propagator_is_replaced();
                    set_text_map_propagator(self.propagator().clone());
                }
                crate::handler::panic::install();
                #[cfg(feature = "tracing")]
                if !self.adds_ids_to_logs() {
                    log::debug!("log lines have no trace ids; DD_LOGS_INJECTION is `false`");
                }
            });
        }
    }

    /// The provider, which makes the ids and sends the spans.
    pub(crate) fn source(&self) -> &Source {
        &self.0.source
    }

    /// The context of an invocation, which runs as long as the context exists. Its first span continues `trace`.
    pub(crate) fn start_invocation(&self, trace: Option<TraceContext>) -> Context {
        let held = Held::default().with_telemetry(self.attached(Some(Running::start())));
        match (trace, self.source()) {
            (None, _) => Context::new().with_value(held),
            (Some(trace), Source::Own(_)) => trace.into_own(&Context::new(), held),
            (Some(trace), Source::User(user)) => {
                user.continuing(trace, &Context::new().with_value(held))
            }
        }
    }

    fn attached(&self, running: Option<Arc<Running>>) -> Arc<Attached> {
        Arc::new(Attached {
            telemetry: self.clone(),
            running,
        })
    }

    /// The active span of `cx` as a trace context: what an outgoing call propagates.
    pub(crate) fn trace_context_of(&self, cx: &Context) -> Option<TraceContext> {
        let mut trace = TraceContext::from_otel(cx)?;
        if let Source::User(user) = self.source() {
            user.decide(cx, &mut trace);
        }
        Some(trace)
    }

    /// Makes the copy of a process independent of the original.
    pub(crate) fn restored(&self, now: Instant) {
        self.0.cold_start.restart(now);
        if let Some(own) = self.0.source.own() {
            own.ids.reseed();
            own.exporter.restored();
        }
    }

    /// The telemetry in the copy of a process that doesn't know yet that it is one.
    #[cfg(test)]
    pub(crate) fn copied(&self) -> Self {
        let config = self.0.config.clone();
        let own = self.0.source.own().unwrap().copied(&config);
        Self::build(config, Source::Own(own), false)
    }

    /// Puts this into a context, where everything that runs inside finds it.
    pub(crate) fn attach_to(&self, context: &Context) -> Context {
        context.with_value(Held::of(context).with_telemetry(self.attached(None)))
    }
}

/// The telemetry of one invocation in a unit test.
#[cfg(feature = "testing")]
impl Telemetry {
    /// As [`new`](Self::new), and tells `started` of each span. Nothing is sent.
    pub(crate) fn observed(config: Config, started: Started) -> Self {
        let own = OwnProvider::observed(&config, started);
        Self::build(config, Source::Own(own), true)
    }

    /// The spans that would be sent now.
    pub(crate) fn take_chunks(&self) -> Vec<Vec<u8>> {
        let own = self.0.source.own();
        own.map_or_else(Vec::new, |own| own.exporter.take_chunks())
    }
}

/// What a context [holds](Held).
struct Attached {
    telemetry: Telemetry,
    running: Option<Arc<Running>>,
}

impl Attached {
    fn of(context: &Context) -> Option<&Self> {
        Held::telemetry_of(context)?.downcast_ref()
    }
}

/// OpenTelemetry doesn't tell whether a provider was set before. A program that sets one usually sets a propagator,
/// too, which can be seen.
fn tell_that_propagator_is_replaced() {
    let is_set = get_text_map_propagator(|present| present.fields().next().is_some());
    #[cfg(feature = "testing")]
    let is_set = is_set && !global::has_ours();
    if is_set {
        log::warn!(
            "OpenTelemetry's global propagator was set before and is replaced, as is a global provider; hand your \
             provider to `Telemetry::with_tracer_provider` to keep both"
        );
    }
}
