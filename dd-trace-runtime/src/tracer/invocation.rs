//! What an invocation does with the trace of its span.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Weak;
use std::time::SystemTime;

use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use super::trace::Trace;
use crate::export::SpanData;

/// Sets the invocation that the trace of the active span of `context` belongs to.
pub(crate) fn claim(context: &Context, invocation: Weak<dyn Any + Send + Sync>) {
    if let Some(trace) = Trace::of(&context.span()) {
        trace.set_invocation(invocation);
    }
}

/// Ends the open spans below the active span of `invocation`. Each becomes an error of this type and message,
/// unless it has a status. Spans above stay open, and so do those of a user's tracer provider.
pub(crate) fn end_below(invocation: &Context, kind: &str, message: &str) {
    let span = invocation.span();
    let Some(trace) = Trace::of(&span) else {
        return;
    };
    let now = SystemTime::now();
    let open = trace.open();
    let id = |data: &mut SpanData| data.span_context.span_id();
    let own = span.span_context().span_id();
    let above = open.iter().find_map(|open| {
        let parent = |data: &mut SpanData| (id(data) == own).then_some(data.parent_span_id);
        open.with(parent).flatten()
    });
    for open in &open {
        let is_below = open.with(|data| {
            let id = id(data);
            let is_below = id != own && Some(id) != above;
            if is_below {
                mark(data, kind, message);
            }
            is_below
        });
        if is_below == Some(true) {
            open.end(now);
        }
    }
}

fn mark(data: &mut SpanData, kind: &str, message: &str) {
    if data.status != Status::Unset {
        return;
    }
    data.status = Status::Error {
        description: Cow::Owned(message.to_owned()),
    };
    let kind = KeyValue::new("error.type", kind.to_owned());
    let message = KeyValue::new("error.message", message.to_owned());
    data.attributes.extend([kind, message]);
}
