//! Log lines that name the trace and the span they belong to.

use std::fmt;

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceContextExt, TraceId};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::{Compact, Format, Full, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::handler::last_failure;
use crate::invocation::state::InvocationState;
use crate::telemetry::Telemetry;

/// Adds the ids of the active span to log lines, for Datadog to show them with the trace.
///
/// Each JSON line inside an invocation gains `dd.trace_id` (32 hexadecimal digits, or decimal where the id has
/// only 64 bits), `dd.span_id` (decimal), `dd.service` and, where they are set, `dd.env` and
/// `dd.version`. A line of text gains `[dd.trace_id=.. dd.span_id=..]` behind its level, which is how Datadog's
/// Lambda libraries for Python and Node write it and how Datadog reads it. Other lines, and all of them with
/// `DD_LOGS_INJECTION=false`, stay as they are. Before and after the handler (its extractor, the error that
/// `lambda_runtime` logs for it, what a send says) the ids are those of the function's span, as long as
/// [`run`](crate::run()) or [`layer`](crate::layer()) is around the invocation. Under `lambda_runtime::run` the error
/// that it logs for a handler has them, too.
///
/// [`log_layer`](crate::log_layer) has it built in. It wraps a format of `tracing-subscriber` (JSON, full or
/// compact) where you compose the log lines yourself. The active span is OpenTelemetry's, so it also works
/// without [`tracing_layer`](crate::tracing_layer):
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

impl<F: LineFormat> LogCorrelation<F> {
    /// Around a format: `tracing_subscriber::fmt::format()`, with any of its options, `.json()` and `.compact()`
    /// among them.
    pub fn new(format: F) -> Self {
        Self(format)
    }
}

/// A format whose lines have a place for the ids.
pub trait LineFormat: Sized {
    /// The format with the colours that its lines have without ids; `None` where it has none.
    #[doc(hidden)]
    fn coloured(&self) -> Option<Self>;

    /// Writes a line of this format, with the ids.
    #[doc(hidden)]
    fn add_ids(line: &str, level: Level, ids: &Ids, out: &mut Writer<'_>) -> fmt::Result;
}

impl<T> LineFormat for Format<Json, T> {
    fn coloured(&self) -> Option<Self> {
        None
    }

    fn add_ids(line: &str, _: Level, ids: &Ids, out: &mut Writer<'_>) -> fmt::Result {
        let Some(open) = line.trim_end().strip_suffix('}') else {
            return out.write_str(line);
        };
        // An event may have no member of its own, of those that the format shows.
        let comma = if open == "{" { "" } else { "," };
        write!(out, "{open}{comma}")?;
        ids.write_members(out)?;
        writeln!(out, "}}")
    }
}

impl<T: Clone> LineFormat for Format<Full, T> {
    fn coloured(&self) -> Option<Self> {
        Some(self.clone().with_ansi(true))
    }

    fn add_ids(line: &str, level: Level, ids: &Ids, out: &mut Writer<'_>) -> fmt::Result {
        ids.write_text(line, level, out)
    }
}

impl<T: Clone> LineFormat for Format<Compact, T> {
    fn coloured(&self) -> Option<Self> {
        Some(self.clone().with_ansi(true))
    }

    fn add_ids(line: &str, level: Level, ids: &Ids, out: &mut Writer<'_>) -> fmt::Result {
        ids.write_text(line, level, out)
    }
}

impl<S, N, F> FormatEvent<S, N> for LogCorrelation<F>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
    F: FormatEvent<S, N> + LineFormat,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let ids = Ids::of_now();
        if ids.is_none() && event.metadata().target() != TELLS_FAILURES {
            return self.0.format_event(context, writer, event);
        }
        let mut line = String::with_capacity(256);
        // A writer of ours has no colours, whatever the one for the line has.
        let has_colours = writer.has_ansi_escapes();
        let coloured = has_colours.then(|| self.0.coloured()).flatten();
        let format = coloured.as_ref().unwrap_or(&self.0);
        let write = || format.format_event(context, Writer::new(&mut line), event);
        let (written, failed) = last_failure::of_line(write);
        written?;
        match ids.or_else(|| failed.and_then(Ids::of_ended)) {
            Some(ids) => F::add_ids(&line, *event.metadata().level(), &ids, &mut writer),
            None => writer.write_str(&line),
        }
    }
}

/// The module of `lambda_runtime` that logs errors and panics of handlers.
const TELLS_FAILURES: &str = "lambda_runtime::layers::panic";

/// What a log line says of the span in which it was written.
#[derive(Debug)]
pub struct Ids {
    trace_id: TraceId,
    span_id: SpanId,
    telemetry: Telemetry,
}

impl Ids {
    /// Those for a line that is logged now; `None` where no span is active, and no invocation has one.
    ///
    /// A line may be logged while the process is being initialised, so this must not do so itself.
    fn of_now() -> Option<Self> {
        Context::map_current(|context| {
            let (trace_id, span_id) =
                active_ids(context).or_else(|| InvocationState::ids_in(context))?;
            let telemetry = Telemetry::if_initialised(context)?;
            telemetry.adds_ids_to_logs().then(|| Self {
                trace_id,
                span_id,
                telemetry: telemetry.clone(),
            })
        })
    }

    /// Those for a line about a handler that has failed, whose span has ended.
    fn of_ended((trace_id, span_id): last_failure::Ids) -> Option<Self> {
        let telemetry =
            Context::map_current(|context| Telemetry::if_initialised(context).cloned())?;
        telemetry.adds_ids_to_logs().then_some(Self {
            trace_id,
            span_id,
            telemetry,
        })
    }

    /// The members of a JSON line: texts, since a number of 64 bits is more than JSON readers agree on.
    fn write_members(&self, out: &mut Writer<'_>) -> fmt::Result {
        out.write_str(r#""dd.trace_id":""#)?;
        self.write_trace_id(out)?;
        write!(out, r#"","dd.span_id":"{}""#, self.span_id())?;
        for (key, value) in self.telemetry.log_tags() {
            let value = serde_json::to_string(value).map_err(|_| fmt::Error)?;
            write!(out, r#","{key}":{value}"#)?;
        }
        Ok(())
    }

    /// A line of text, with the ids behind the level; in front of everything where no level is shown.
    fn write_text(&self, line: &str, level: Level, out: &mut Writer<'_>) -> fmt::Result {
        let (head, rest) = split_behind(level, line);
        let (before, after) = if head.is_empty() {
            ("", " ")
        } else {
            (" ", "")
        };
        write!(out, "{head}{before}[dd.trace_id=")?;
        self.write_trace_id(out)?;
        write!(out, " dd.span_id={}]{after}{rest}", self.span_id())
    }

    /// As Datadog's tracers print it: what fits into 64 bits in decimal, as all of them once did.
    fn write_trace_id(&self, out: &mut Writer<'_>) -> fmt::Result {
        let id = u128::from_be_bytes(self.trace_id.to_bytes());
        match u64::try_from(id) {
            Ok(id) => write!(out, "{id}"),
            Err(_) => write!(out, "{id:032x}"),
        }
    }

    fn span_id(&self) -> u64 {
        u64::from_be_bytes(self.span_id.to_bytes())
    }
}

fn active_ids(context: &Context) -> Option<(TraceId, SpanId)> {
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| (span.trace_id(), span.span_id()))
}

/// A line, cut behind its level and the escape sequence that ends the level's colour.
pub(super) fn split_behind(level: Level, line: &str) -> (&str, &str) {
    const COLOUR_ENDS: &str = "\u{1b}[0m";
    let Some((_, rest)) = line.split_once(level.as_str()) else {
        return ("", line);
    };
    let rest = rest.strip_prefix(COLOUR_ENDS).unwrap_or(rest);
    line.split_at(line.len() - rest.len())
}
