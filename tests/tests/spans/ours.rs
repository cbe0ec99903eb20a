//! The spans that this library makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use dd_trace_runtime::testing::{self, Invocation};
use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

use crate::case::{Case, ENVIRONMENT, FUNCTION, cases, folder, function_arn};
use crate::trace::{Link, Received, Trace, WORK, normalise};
use crate::{assert_none, overwrites, text};

/// Answers as the case says.
#[traced_handler]
async fn answer(_: LambdaEvent<Value>, case: &Case) -> Result<Value, Error> {
    tokio::time::sleep(WORK).await;
    match &case.throws {
        Some(message) => Err(message.clone().into()),
        None => Ok(case.response.clone()),
    }
}

/// The trace of an in-memory invocation with the case's event.
pub(crate) async fn trace(case: &Case) -> Trace {
    let mut invocation = Invocation::raw(case.event.get().to_owned())
        .function_name(FUNCTION)
        .lambda_context(|lambda| {
            lambda.invoked_function_arn = function_arn();
            lambda.client_context = case
                .client_context
                .as_ref()
                .map(|custom| serde_json::from_value(json!({"custom": custom})).unwrap());
        });
    for (name, value) in ENVIRONMENT {
        invocation = invocation.env(name, value);
    }
    let outcome = invocation.run(|event| answer(event, case)).await;
    assert_eq!(outcome.result.is_err(), case.throws.is_some());
    let received: Vec<Received> = outcome.spans().iter().map(received).collect();
    normalise(&received)
}

/// The traces of all cases.
pub(crate) async fn traces() -> BTreeMap<String, Trace> {
    let mut traces = BTreeMap::new();
    for (name, case) in cases() {
        traces.insert(name, trace(&case).await);
    }
    traces
}

fn received(span: &testing::Span) -> Received {
    let links = span.span_links.iter().map(|link| Link {
        trace_id: link.trace_id,
        trace_id_high: link.trace_id_high,
        span_id: link.span_id,
        tracestate: link.tracestate.clone(),
        attributes: link.attributes.clone(),
    });
    Received {
        name: span.name.clone(),
        service: span.service.clone(),
        resource: span.resource.clone(),
        span_type: Some(span.span_type.clone()),
        trace_id: span.trace_id,
        span_id: span.span_id,
        parent_id: Some(span.parent_id),
        start: span.start,
        duration: span.duration,
        error: span.error,
        meta: span.meta.clone(),
        metrics: span.metrics.clone(),
        span_links: links.collect(),
    }
}

#[tokio::test]
async fn the_spans_of_each_event_are_as_on_file() {
    let mut problems = Vec::new();
    let traces = traces().await;
    for (name, case) in cases() {
        let path = folder().join("ours").join(format!("{name}.txt"));
        let made = text::print(&case.about, &traces[&name]);
        if overwrites() {
            fs::write(&path, &made).unwrap();
        }
        let on_file = fs::read_to_string(&path).unwrap_or_default();
        if made != on_file {
            problems.push(format!("{name}\n{}", text::changes(&on_file, &made)));
        }
    }
    assert_none(&problems);
}

#[test]
fn no_spans_are_on_file_for_an_event_that_is_gone() {
    let files = fs::read_dir(folder().join("ours")).unwrap();
    let on_file: BTreeSet<String> = files
        .map(|file| {
            let path = file.unwrap().path();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        })
        .collect();
    let known: BTreeSet<String> = cases().into_keys().collect();
    assert_eq!(on_file, known);
}
