//! Log lines that name the trace and the span they belong to.

use std::fmt::{self, Write};

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceId};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::telemetry::Telemetry;

/// Adds the ids of the active span to JSON log lines, for Datadog to show them with the trace.
///
/// Each line inside an invocation gains `dd.trace_id` (32 hexadecimal digits, or decimal where the id has
/// only 64 bits), `dd.span_id` (decimal), `dd.service` and, where they are set, `dd.env` and
/// `dd.version`. Other lines, and all of them with `DD_LOGS_INJECTION=false`, stay as they are.
///
/// [`log_layer`](crate::log_layer) has it built in. It wraps the JSON format of `tracing-subscriber`
/// where you compose the log lines yourself; the active span is that of OpenTelemetry, so that it works
/// without [`tracing_layer`](crate::tracing_layer), too:
///
/// ```
/// use dd_trace_runtime::LogCorrelation;
/// use tracing_subscriber::fmt;
/// use tracing_subscriber::prelude::*;
///
/// let lines = fmt::layer().json().flatten_event(true);
/// tracing_subscriber::registry()
///     .with(lines.map_event_format(LogCorrelation::new))
///     .init();
/// ```
#[derive(Debug, Clone)]
pub struct LogCorrelation<F>(F);

impl<T> LogCorrelation<Format<Json, T>> {
    /// Around a JSON format: `tracing_subscriber::fmt::format().json()`, with any of its options.
    pub fn new(format: Format<Json, T>) -> Self {
        Self(format)
    }
}

impl<S, N, T> FormatEvent<S, N> for LogCorrelation<Format<Json, T>>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
    T: FormatTime,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(members) = members() else {
            return self.0.format_event(context, writer, event);
        };
        let mut line = String::with_capacity(256);
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        match line.trim_end().strip_suffix('}') {
            // An event may have no member of its own, of those that the format shows.
            Some("{") => writeln!(writer, "{{{members}}}"),
            Some(open) => writeln!(writer, "{open},{members}}}"),
            None => writer.write_str(&line),
        }
    }
}

/// The members for a line that is logged now; none where no span is active.
///
/// A line may be logged while the process is being initialised, so this must not do so itself.
fn members() -> Option<String> {
    Context::map_current(|context| {
        let span = context.span();
        let span = span.span_context();
        if !span.is_valid() {
            return None;
        }
        let telemetry = Telemetry::if_initialised(context)?;
        let tags = telemetry.log_tags()?;
        let mut members = ids(span);
        for (key, value) in tags {
            let value = serde_json::to_string(value).ok()?;
            let _ = write!(members, r#","{key}":{value}"#);
        }
        Some(members)
    })
}

/// Texts, since a number of 64 bits is more than JSON readers agree on.
fn ids(span: &SpanContext) -> String {
    let mut ids = String::with_capacity(160);
    ids.push_str(r#""dd.trace_id":""#);
    let span_id = u64::from_be_bytes(span.span_id().to_bytes());
    let _ = write_trace_id(&mut ids, span.trace_id());
    let _ = write!(ids, r#"","dd.span_id":"{span_id}""#);
    ids
}

/// As Datadog's tracers print it: what fits into 64 bits in decimal, as all of them once did.
fn write_trace_id(out: &mut String, id: TraceId) -> fmt::Result {
    let id = u128::from_be_bytes(id.to_bytes());
    match u64::try_from(id) {
        Ok(id) => write!(out, "{id}"),
        Err(_) => write!(out, "{id:032x}"),
    }
}
