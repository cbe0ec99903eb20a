//! The trace context of an event, without the user saying where it is.
//!
//! Each source has a file. The order in which they are asked is that of `extraction.md` 1.11; a source
//! without a usable trace context passes the question on.

mod attribute;
mod client_context;
mod http;
mod payload;
mod sqs;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use lambda_runtime::Context;
use serde_json::value::RawValue;

use crate::carrier::Carrier;
use crate::event::RawEvent;
use crate::json::{self, Members, Read};
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// Finds the trace context of an invocation: what would become the parent of its spans.
///
/// Reads the event's text up to the first source that settles the question, and builds nothing of
/// what it steps over.
pub(crate) fn extract(
    event: &RawEvent,
    context: &Context,
    propagator: &DatadogPropagator,
) -> Option<TraceContext> {
    let mut sources = Sources::new(propagator);
    json::members(event.as_bytes(), &mut sources);
    sources
        .best()
        .or_else(|| usable(propagator, &client_context::carrier(context)?))
}

/// The trace context of a carrier, if it can be a parent.
pub(crate) fn usable(propagator: &DatadogPropagator, carrier: &Carrier) -> Option<TraceContext> {
    propagator.extract_trace_context(carrier).map(decided)
}

/// A sampling priority that the producer didn't send means "keep", as in Node and Go
/// (`extraction.md` 1.9).
pub(crate) fn decided(mut context: TraceContext) -> TraceContext {
    context.sampling_priority = context.priority_or_default();
    context
}

/// What the sources that stand in the event have said so far.
struct Sources<'p> {
    propagator: &'p DatadogPropagator,
    headers: Carrier,
    http: Option<TraceContext>,
    record: Option<TraceContext>,
    payload: Option<TraceContext>,
}

impl<'p> Sources<'p> {
    fn new(propagator: &'p DatadogPropagator) -> Self {
        Self {
            propagator,
            headers: Carrier::new(),
            http: None,
            record: None,
            payload: None,
        }
    }

    fn best(self) -> Option<TraceContext> {
        self.http.or(self.record).or(self.payload)
    }

    /// `headers` and `multiValueHeaders` complete each other, so the two are one carrier.
    fn http(&mut self, headers: &RawValue) -> ControlFlow<()> {
        http::read(headers, &mut self.headers);
        self.http = usable(self.propagator, &self.headers);
        stop_at(self.http.as_ref())
    }

    /// An event with records has no other source; the first record decides for the batch.
    fn record(&mut self, record: &RawValue) -> ControlFlow<()> {
        self.record = sqs::carrier(record).and_then(|carrier| usable(self.propagator, &carrier));
        stop_at(self.record.as_ref())
    }
}

fn stop_at(found: Option<&TraceContext>) -> ControlFlow<()> {
    match found {
        Some(_) => ControlFlow::Break(()),
        None => ControlFlow::Continue(()),
    }
}

impl<'a> Members<'a> for Sources<'_> {
    fn want(&mut self, name: &str) -> Read {
        match name {
            "headers" | "multiValueHeaders" | "_datadog" => Read::Whole,
            "Records" => Read::First,
            _ => Read::Nothing,
        }
    }

    fn take(&mut self, name: &str, value: &'a RawValue) -> ControlFlow<()> {
        match name {
            "headers" | "multiValueHeaders" => self.http(value),
            "Records" => self.record(value),
            _ => {
                // Every other source comes before it, so reading goes on.
                self.payload =
                    payload::carrier(value).and_then(|carrier| usable(self.propagator, &carrier));
                ControlFlow::Continue(())
            }
        }
    }
}
