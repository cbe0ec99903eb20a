//! HTTP headers: API Gateway, load balancers, function URLs, AppSync, and any event with a `headers`
//! object.

use opentelemetry::propagation::Extractor;

use super::headers::Headers;
use super::usable;
use crate::context::carrier::is_combined;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::trigger::RequestHeaders;
use crate::json::Reader;

/// The propagation headers of an event, or of the request in it.
///
/// `headers` and `multiValueHeaders` complete each other. `headers` comes first, except for a header whose
/// values are one list: API Gateway's `headers` has only the last of them.
#[derive(Debug, Default)]
pub(super) struct Request<'a> {
    pub(super) headers: Headers<'a>,
    pub(super) multi_value: Headers<'a>,
}

impl Request<'_> {
    pub(super) fn context(&self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        usable(propagator, self)
    }

    /// Whether `multiValueHeaders` says something that `headers` doesn't.
    pub(super) fn is_completed(&self) -> bool {
        let mut names = self.multi_value.names();
        names.any(|name| self.get(name) != self.headers.get(name))
    }
}

impl Extractor for Request<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let (single, multi) = (self.headers.get(key), self.multi_value.get(key));
        if is_combined(key) {
            multi.or(single)
        } else {
            single.or(multi)
        }
    }

    fn keys(&self) -> Vec<&str> {
        [self.headers.keys(), self.multi_value.keys()].concat()
    }
}

/// Reads the headers that come next, in one pass: those that propagate, and for `others` those that become
/// tags.
pub(super) fn read<'a>(json: &mut Reader<'a>, others: &mut RequestHeaders<'a>) -> Headers<'a> {
    let mut headers = Headers::default();
    if let Some(object) = json.object() {
        while let Some(name) = json.member(object) {
            if !headers.take(&name, json) {
                others.note(&name, json);
            }
        }
    }
    headers
}
