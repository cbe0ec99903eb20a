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

use lambda_runtime::Context;

use crate::carrier::Carrier;
use crate::event::RawEvent;
use crate::json::Reader;
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
    sources.read(&mut Reader::new(event.as_bytes()));
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

/// What the sources that stand in the event say, asked in the order of the text.
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

    /// Reads the event up to the first source that settles the question.
    fn read(&mut self, json: &mut Reader<'_>) {
        let Some(event) = json.object() else {
            return;
        };
        while let Some(name) = json.member(event) {
            match &*name {
                b"headers" | b"multiValueHeaders" => self.http(json),
                b"Records" => self.record(json),
                b"_datadog" => self.payload(json),
                _ => {}
            }
            // Every other source comes before the payload.
            if self.http.is_some() || self.record.is_some() {
                return;
            }
        }
    }

    fn best(self) -> Option<TraceContext> {
        self.http.or(self.record).or(self.payload)
    }

    /// `headers` and `multiValueHeaders` complete each other, so the two are one carrier.
    fn http(&mut self, json: &mut Reader<'_>) {
        http::read(json, &mut self.headers);
        self.http = usable(self.propagator, &self.headers);
    }

    /// An event with records has no other source; the first record decides for the batch.
    fn record(&mut self, json: &mut Reader<'_>) {
        let Some(records) = json.array() else {
            return;
        };
        if json.element(records) {
            let carrier = sqs::carrier(json);
            self.record = carrier.and_then(|carrier| usable(self.propagator, &carrier));
        }
    }

    fn payload(&mut self, json: &mut Reader<'_>) {
        let carrier = payload::carrier(json);
        self.payload = carrier.and_then(|carrier| usable(self.propagator, &carrier));
    }
}
