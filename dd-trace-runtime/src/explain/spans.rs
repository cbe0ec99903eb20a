//! The spans that an invocation makes for the event.

use lambda_runtime::Context;
use serde::Serialize;

use super::held::shown;
use crate::config::service_names::NO_NAME;
use crate::event::trigger::{InferredSpan, Trigger};
use crate::telemetry::Telemetry;

/// A span. Each is the child of the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ExplainedSpan {
    pub(super) name: &'static str,
    pub(super) resource: String,
    pub(super) service: String,
}

/// The inferred spans, the earliest first, then the function's own.
pub(super) fn spans_of(
    telemetry: &Telemetry,
    trigger: Option<&Trigger<'_>>,
    lambda: &Context,
) -> Vec<ExplainedSpan> {
    if !telemetry.enabled() {
        return Vec::new();
    }
    let inferred = trigger.filter(|_| telemetry.infers_spans());
    let mut next = inferred.and_then(|trigger| trigger.details(lambda).inferred);
    let mut spans = vec![own(telemetry, lambda)];
    while let Some(mut span) = next {
        next = span.before.take().map(|before| *before);
        spans.push(inferred_span(telemetry, &span));
    }
    spans.reverse();
    spans
}

fn own(telemetry: &Telemetry, lambda: &Context) -> ExplainedSpan {
    let function = match lambda.env_config.function_name.as_str() {
        "" => "the function's name",
        function => function,
    };
    let service = telemetry.services().own();
    ExplainedSpan {
        name: "aws.lambda",
        resource: function.to_owned(),
        service: match service {
            NO_NAME => function.to_owned(),
            service => service.to_owned(),
        },
    }
}

fn inferred_span(telemetry: &Telemetry, span: &InferredSpan<'_>) -> ExplainedSpan {
    let service = &span.service;
    let service = telemetry.services().resolve(
        &service.specific,
        service.generic,
        &service.instance,
        &service.fallback,
    );
    ExplainedSpan {
        name: span.name,
        resource: shown(&span.resource),
        service: shown(service),
    }
}
