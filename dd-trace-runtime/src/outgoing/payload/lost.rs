//! A payload that could have carried a trace context, and goes out without: one line for each reason.

use std::sync::Once;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use crate::log;
use crate::telemetry::running;

/// Says once in a process that a payload left an invocation without its context.
///
/// Only here, where nothing was added, so that a payload with its context pays for none of it.
pub(super) fn no_context() {
    static SAID: Once = Once::new();
    // Headers may also be empty because no propagation style is to be written.
    let active = || Context::map_current(|context| context.span().span_context().is_valid());
    if SAID.is_completed() || !running::is_any() || active() {
        return;
    }
    SAID.call_once(|| {
        log::debug!(
            "a payload was serialised where no trace context is active, while an invocation was running; \
             start tasks with `dd_trace_runtime::spawn` for theirs to stay in its trace"
        );
    });
}

/// Says once in a process that a format has no room for a trace context.
#[cold]
pub(super) fn no_room(format: &str) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        log::debug!(
            "a payload was serialised without its trace context, for which `{format}` has no room; \
             send `dd_trace_runtime::trace_headers()` beside it"
        );
    });
}

/// Says once in a process that a payload goes to a format which nothing tells.
#[cold]
pub(super) fn erased() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        log::debug!(
            "a payload was serialised without its trace context, as `erased_serde` hides the format; \
             write `#[datadog(binary)]` if that format names its members, as JSON does"
        );
    });
}

/// Says once in a process that the value of the added member is none that a format takes.
#[cold]
pub(super) fn refused(format: &str) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        log::debug!(
            "a payload was serialised without its trace context, as `{format}` takes no object for a member; \
             write `#[datadog(carrier = \"json\")]`"
        );
    });
}

/// Says once in a process that there was no object for the trace context to stand in.
#[cold]
pub(super) fn no_object() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        log::debug!(
            "a payload was serialised without its trace context, as it is no object; \
             derive `TracedPayload` on what it holds, or send `dd_trace_runtime::trace_headers()` beside it"
        );
    });
}

/// Says once in a process that a payload's own type could read the trace context in no shape.
#[cold]
pub(super) fn unreadable() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        log::debug!(
            "a payload was serialised without its trace context, which its own type could not read back; \
             flatten a map of `serde_json::Value`"
        );
    });
}
