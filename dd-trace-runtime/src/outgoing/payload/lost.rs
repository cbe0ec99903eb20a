//! A payload that could have carried a trace context, and found none.

use std::sync::Once;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use crate::log;
use crate::telemetry::running;

/// Says once in a process that a payload left an invocation without its context.
///
/// Only here, where nothing was added, so that a payload with its context pays for none of it.
pub(super) fn report() {
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
