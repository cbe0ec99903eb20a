//! What one source answered, and the places that it looked into.

use lambda_runtime::Context;
use serde::Serialize;
use serde_json::Value;

use super::held::{Content, Held};
use super::places;
use super::reason::why_no_parent;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::extraction::Settings;
use crate::extraction::asked::{Answer, SourceName};

/// A source that was asked.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ExplainedSource {
    pub(super) name: &'static str,
    /// Whether it has the trace context.
    pub(super) found: bool,
    /// The places of the event that it looks into; empty if the event has none of them.
    pub(super) places: Vec<ExplainedPlace>,
}

/// A place that the event has.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ExplainedPlace {
    pub(super) path: String,
    /// What it holds.
    pub(super) held: String,
    pub(super) used: bool,
    /// Why it was passed over.
    pub(super) reason: Option<String>,
}

impl ExplainedSource {
    pub(super) fn is_winner(&self) -> bool {
        self.found
    }

    /// The path of the place that won, or the source's name.
    pub(super) fn winning_place(&self) -> String {
        let used = self.places.iter().find(|place| place.used);
        used.map_or_else(|| self.name.to_owned(), |place| place.path.clone())
    }
}

/// The name of a source in an explanation.
fn name(source: SourceName) -> &'static str {
    match source {
        SourceName::Durable => "durable function",
        SourceName::DurableInput => "input of a durable execution",
        SourceName::DurableExecution => "name of a durable execution",
        SourceName::Authorizer => "Lambda authorizer",
        SourceName::Headers => "HTTP headers",
        SourceName::AppSync => "AppSync",
        SourceName::Records => "first record (SQS, SNS, Kinesis)",
        SourceName::EventBridge => "EventBridge",
        SourceName::Kafka => "Kafka",
        SourceName::StepFunctions => "Step Functions",
        SourceName::Payload => "`_datadog` of the payload",
        SourceName::ClientContext => "client context",
        SourceName::XRay => "X-Ray",
    }
}

pub(super) fn explain_source(
    answer: &Answer,
    (event, lambda): (&Value, &Context),
    settings: &Settings,
) -> ExplainedSource {
    let held = places::of(answer.name, event, lambda);
    let propagator = &settings.propagator;
    let context = answer.context.as_ref();
    let winner = context.and_then(|context| winner(&held, context, propagator));
    let places = held.into_iter().enumerate().map(|(index, held)| {
        let used = winner == Some(index);
        ExplainedPlace {
            held: held.description(),
            used,
            // The places after the one that is used weren't asked.
            reason: (!used).then(|| match winner {
                Some(winner) if index > winner => "an earlier place is used".into(),
                _ => reason(answer.name, &held.carrier, propagator),
            }),
            path: held.path,
        }
    });
    ExplainedSource {
        name: name(answer.name),
        found: answer.context.is_some(),
        places: places.collect(),
    }
}

/// The place that carries what the extraction found. If none does, the first from which ids are computed, or the only
/// place.
fn winner(held: &[Held], context: &TraceContext, propagator: &DatadogPropagator) -> Option<usize> {
    let carries = |held: &Held| match &held.carrier {
        Content::Carrier(carrier) => propagator
            .extract(carrier)
            .is_some_and(|found| found.is_same_span(context)),
        _ => false,
    };
    let computed = |held: &Held| matches!(held.carrier, Content::Computed(_));
    held.iter()
        .position(carries)
        .or_else(|| held.iter().position(computed))
        .or((held.len() == 1).then_some(0))
}

fn reason(source: SourceName, content: &Content, propagator: &DatadogPropagator) -> String {
    match (source, content) {
        (_, Content::Unreadable(problem)) => problem.clone(),
        (SourceName::XRay, _) => "it has no parent segment".into(),
        (_, Content::Computed(_)) => "it is incomplete".into(),
        (_, Content::Carrier(carrier)) => {
            if propagator.extract(carrier).is_none() {
                return why_no_parent(carrier, propagator);
            }
            match source {
                SourceName::Authorizer => "API Gateway served it from its cache for another request, or DD_DECODE_AUTHORIZER_CONTEXT is `false`".into(),
                _ => "the source doesn't take it from here".into(),
            }
        }
    }
}
