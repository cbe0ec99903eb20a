//! Why an event's trace context was found or not, in words.
//!
//! - In: a raw event, and the invocation's context.
//! - Out: an [`Explanation`], for a person or as JSON.
//! - Next: nothing. An invocation comes through here only where debug lines are shown.
//!
//! The answers come from [`extraction`], which is asked source by source. This folder only looks at what each place
//! holds, to say why the extraction answered as it did. It never decides.

mod custom;
mod elsewhere;
mod held;
mod places;
mod reason;
mod sources;
mod spans;
#[cfg(test)]
mod tests;
mod text;

use lambda_runtime::Context;
use serde::Serialize;
use serde_json::Value;

use self::custom::ExplainedExtractor;
pub use self::custom::explain_with;
use self::sources::{ExplainedSource, explain_source};
use self::spans::{ExplainedSpan, spans_of};
use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;
use crate::event::trigger::{Trigger, TriggerKind};
use crate::extraction::asked::ask_each;
use crate::extraction::{self, Settings, Upstream};
use crate::telemetry::Telemetry;

/// How the trace context of an event was looked for, and the result.
///
/// Returned by [`explain`] and [`explain_with`]. [`Display`](std::fmt::Display) gives a text for people,
/// [`Serialize`] the same for tools. The wording of both may change in any release.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    parent: Option<ExplainedParent>,
    event: ExplainedEvent,
    /// The propagation styles that are read.
    styles: Vec<&'static str>,
    /// A custom extractor, which is asked before the sources.
    extractor: Option<ExplainedExtractor>,
    /// The sources that were asked, in this order.
    sources: Vec<ExplainedSource>,
    spans: Vec<ExplainedSpan>,
    notes: Vec<String>,
    #[serde(skip)]
    context: Option<TraceContext>,
}

/// The trace context that won.
#[derive(Debug, Clone, Serialize)]
struct ExplainedParent {
    trace_id: String,
    parent_id: u64,
    sampling_priority: Option<i8>,
    origin: Option<String>,
    /// The place in the event that held it.
    place: String,
}

/// What sent the event.
#[derive(Debug, Clone, Serialize)]
struct ExplainedEvent {
    bytes: usize,
    event_source: Option<&'static str>,
    arn: Option<String>,
    /// How many other producers of the batch become span links.
    links: usize,
}

/// Explains how the built-in extraction looks for the trace context of an event.
///
/// It says which sources were asked, in which order, what each held and why it was passed over, which one won,
/// and which spans an invocation makes for the event. A custom extractor is asked before all of these;
/// [`explain_with`] runs it, too.
///
/// The settings are those of the process, such as `DD_TRACE_PROPAGATION_STYLE`. The whole event is parsed, so call
/// this while you debug and not in each invocation. Of the event's content it shows propagation headers and the
/// names and ids of resources, such as queues and executions; it shows no bodies and no other headers.
///
/// ```
/// use dd_trace_runtime::{RawEvent, explain};
/// use lambda_runtime::Context;
///
/// let event = RawEvent::from(
///     r#"{"headers":{"x-datadog-trace-id":"1","x-datadog-parent-id":"0"}}"#.to_owned(),
/// );
/// let explanation = explain(&event, &Context::default());
/// assert!(explanation.parent().is_none());
/// assert!(explanation.to_string().contains("its parent id is 0"));
/// ```
#[must_use]
pub fn explain(event: &RawEvent, context: &Context) -> Explanation {
    explain_in(&Telemetry::current(), event, context)
}

/// As [`explain`], with the settings of `telemetry`.
pub(crate) fn explain_in(telemetry: &Telemetry, event: &RawEvent, lambda: &Context) -> Explanation {
    let upstream = extraction::extract_all(event, lambda, telemetry.extraction());
    explain_upstream(telemetry, (event, lambda), &upstream, None)
}

/// The explanation of an invocation on one line. `extractor` is the handler's own: its name, and why it gave no trace
/// context, or `None` if the one it returned is used.
pub(crate) fn line(
    telemetry: &Telemetry,
    event: (&RawEvent, &Context),
    upstream: &Upstream<'_>,
    extractor: Option<(&'static str, Option<String>)>,
) -> String {
    let extractor = extractor.map(|(name, reason)| ExplainedExtractor { name, reason });
    let text = explain_upstream(telemetry, event, upstream, extractor).to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" | ")
}

fn explain_upstream(
    telemetry: &Telemetry,
    (event, lambda): (&RawEvent, &Context),
    upstream: &Upstream<'_>,
    extractor: Option<ExplainedExtractor>,
) -> Explanation {
    let settings = telemetry.extraction();
    let parsed: Result<Value, _> = serde_json::from_slice(event.as_bytes());
    let mut notes = notes(telemetry);
    if let Err(error) = &parsed {
        notes.push(format!(
            "the event isn't valid JSON: {error}; its places can't be shown"
        ));
    }
    let whole = parsed.unwrap_or_default();
    let mut sources = Vec::new();
    if !extractor
        .as_ref()
        .is_some_and(ExplainedExtractor::is_winner)
    {
        let asked = ask_each(event, lambda, settings);
        let explained = asked
            .iter()
            .map(|answer| explain_source(answer, (&whole, lambda), settings));
        sources.extend(explained);
        notes.extend(notes_on_the_answer(upstream, &sources, settings));
        if !is_found(&sources) {
            let extractor = extractor.as_ref().map(|extractor| extractor.name);
            notes.extend(note_on_the_rest(&whole, &sources, extractor));
        }
    }
    let found = upstream.parent.as_ref().map(|parent| &parent.context);
    let found = found.filter(|context| telemetry.enabled() && context.is_usable());
    Explanation {
        parent: found.map(|context| explain_parent(context, &sources)),
        event: explain_event(event, lambda, upstream),
        styles: settings.propagator.styles().collect(),
        spans: spans_of(telemetry, upstream.trigger.as_ref(), lambda),
        context: found.cloned(),
        extractor,
        sources,
        notes,
    }
}

impl Explanation {
    /// The trace context that the invocation's spans continue; `None` for a new trace.
    #[must_use]
    pub fn parent(&self) -> Option<&TraceContext> {
        self.context.as_ref()
    }

    /// The place that held the trace context: its path in the event, or a note that the extractor returned it. `None`
    /// for a new trace.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.parent.as_ref().map(|parent| parent.place.as_str())
    }
}

fn explain_parent(context: &TraceContext, sources: &[ExplainedSource]) -> ExplainedParent {
    ExplainedParent {
        trace_id: format!("{:032x}", context.trace_id()),
        parent_id: context.parent_id(),
        sampling_priority: context.sampling_priority(),
        origin: context.origin().map(held::shown),
        place: sources.last().map_or_else(
            || "what the extractor returned".to_owned(),
            ExplainedSource::winning_place,
        ),
    }
}

fn explain_event(event: &RawEvent, lambda: &Context, upstream: &Upstream<'_>) -> ExplainedEvent {
    let trigger = upstream.trigger.as_ref();
    ExplainedEvent {
        bytes: event.as_bytes().len(),
        event_source: trigger.map(Trigger::event_source),
        arn: trigger
            .and_then(|trigger| trigger.arn(lambda))
            .map(|arn| held::shown(&arn)),
        links: upstream.producers.others().count(),
    }
}

/// Notes on settings that concern every event.
fn notes(telemetry: &Telemetry) -> Vec<String> {
    let mut notes = Vec::new();
    if !telemetry.enabled() {
        notes.push("DD_TRACE_ENABLED is `false`: nothing is extracted and no span is made".into());
    }
    notes
}

/// Notes on results that may surprise a reader.
fn notes_on_the_answer(
    upstream: &Upstream<'_>,
    sources: &[ExplainedSource],
    settings: &Settings,
) -> Vec<String> {
    let mut notes = Vec::new();
    let is_found = is_found(sources);
    let is_batch = upstream.trigger.as_ref().is_some_and(|trigger| {
        use TriggerKind::{Kinesis, Sns, Sqs};
        matches!(trigger.kind(), Sqs | Sns | Kinesis)
    });
    if !is_found && is_batch && upstream.producers.others().next().is_some() {
        notes.push(
            "only the first record of a batch can be the parent; the others become span links"
                .into(),
        );
    }
    if is_found && !settings.propagator.continues() {
        notes.push(
            "DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT isn't `continue`: a new trace begins all the same"
                .into(),
        );
    }
    notes
}

fn is_found(sources: &[ExplainedSource]) -> bool {
    sources.last().is_some_and(ExplainedSource::is_winner)
}

/// A note on a carrier in a part of the event that no source has read. `extractor` names the handler's own, which found
/// no trace context.
fn note_on_the_rest(
    whole: &Value,
    sources: &[ExplainedSource],
    extractor: Option<&'static str>,
) -> Option<String> {
    let places = sources.iter().flat_map(|source| &source.places);
    let known: Vec<_> = places.map(|place| place.path.as_str()).collect();
    match (elsewhere::carrier_in(whole, &known), extractor) {
        (Some(place), None) => Some(format!(
            "`{place}` looks like a carrier, but no source reads it; write an extractor that does, and name it in `#[traced_handler(extractor = \"path::to_fn\")]`"
        )),
        (Some(place), Some(extractor)) => Some(format!(
            "`{place}` looks like a carrier, but neither a source nor `{extractor}` has read it; let the extractor look there"
        )),
        // Each place that was passed over has its reason beside it.
        (None, _) if !known.is_empty() || whole.is_null() => None,
        (None, _) => Some("nothing in the event looks like a carrier; look at what the producer sends, and at the services between".into()),
    }
}
