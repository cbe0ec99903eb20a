//! The log lines of a function.

use std::env;
use std::io;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{EnvFilter, FilterExt, FilterFn, LevelFilter};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use super::correlation::LogCorrelation;
use crate::invocation::tracing_span;

/// The log lines of `lambda_runtime::tracing::init_default_subscriber()`, as a layer, with trace ids.
///
/// Lines go to the standard output, in the format and from the level that the function is configured with: JSON
/// if `AWS_LAMBDA_LOG_FORMAT` is `JSON`, otherwise text; from `AWS_LAMBDA_LOG_LEVEL`, otherwise `RUST_LOG`,
/// otherwise `INFO`. Lines inside an invocation have the ids of their span, as [`LogCorrelation`] says. The
/// level applies only to lines: spans of the trace have their own
/// ([`tracing_layer_with`](crate::tracing_layer_with)).
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// tracing_subscriber::registry()
///     .with(dd_trace_runtime::tracing_layer())
///     .with(dd_trace_runtime::log_layer())
///     .init();
/// ```
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub fn log_layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    log_layer_with_writer(io::stdout)
}

/// As [`log_layer`], with another destination.
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// tracing_subscriber::registry()
///     .with(dd_trace_runtime::log_layer_with_writer(std::io::stderr))
///     .init();
/// ```
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub fn log_layer_with_writer<S, W>(writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    configured(|name| env::var(name).ok(), writer)
}

/// As `lambda_runtime` reads these variables, including what it does with an unknown level.
pub(super) fn configured<S, W>(
    var: impl Fn(&str) -> Option<String>,
    writer: W,
) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let directives = var("RUST_LOG").unwrap_or_default();
    let level = var("AWS_LAMBDA_LOG_LEVEL").or_else(|| var("RUST_LOG"));
    let level = level.and_then(|level| level.parse().ok());
    let filter = EnvFilter::builder()
        .with_default_directive(level.unwrap_or(LevelFilter::INFO).into())
        .parse_lossy(directives)
        // Lines look as they do without a trace.
        .and(FilterFn::new(|metadata| {
            metadata.target() != tracing_span::TARGET
        }));
    let lines = fmt::layer()
        .with_target(false)
        .without_time()
        .with_writer(writer);
    let format = var("AWS_LAMBDA_LOG_FORMAT").unwrap_or_default();
    if format.eq_ignore_ascii_case("json") {
        let lines = lines.json().map_event_format(LogCorrelation::new);
        lines.with_filter(filter).boxed()
    } else {
        let lines = lines.map_event_format(LogCorrelation::new);
        lines.with_filter(filter).boxed()
    }
}
