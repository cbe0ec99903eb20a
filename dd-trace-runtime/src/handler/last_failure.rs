//! Which span a log line of `lambda_runtime` about a failure belongs to, if that span has ended.
//!
//! Without our runtime layer, no OpenTelemetry context surrounds that line. But `lambda_runtime` writes it on the same
//! thread and in the same task in which the handler fails, before anything else runs there. So the ids of the last
//! failure on this thread are the right ones if the task is the same, and if the line prints the error of a traced
//! handler or is the first one after a panic.

use std::cell::Cell;

use opentelemetry::trace::{SpanContext, SpanId, TraceId};
use tokio::task;

/// The ids of a span.
pub(crate) type Ids = (TraceId, SpanId);

/// A handler that has failed, until the line about it is written.
#[derive(Debug, Clone, Copy)]
struct Failure {
    ids: Ids,
    task: Option<task::Id>,
    /// It has no error that could be printed.
    is_panic: bool,
}

thread_local! {
    static LAST: Cell<Option<Failure>> = const { Cell::new(None) };
    /// Whether the error of a traced handler was printed since this was last set to `false`.
    static PRINTED: Cell<bool> = const { Cell::new(false) };
}

/// Notes that the handler with this span has failed.
pub(crate) fn note(span: &SpanContext, is_panic: bool) {
    LAST.set(Some(Failure {
        ids: (span.trace_id(), span.span_id()),
        task: task::try_id(),
        is_panic,
    }));
}

/// Notes that the error of a traced handler is being printed.
pub(crate) fn is_printed() {
    PRINTED.set(true);
}

/// Calls `print`, and returns the ids of the failure that it is about, if it is about one.
pub(crate) fn of_line<R>(print: impl FnOnce() -> R) -> (R, Option<Ids>) {
    PRINTED.set(false);
    let result = print();
    let is_of_line =
        |last: &Failure| last.task == task::try_id() && (last.is_panic || PRINTED.get());
    let last = LAST.get().filter(is_of_line);
    if last.is_some() {
        LAST.set(None);
    }
    (result, last.map(|last| last.ids))
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{TraceFlags, TraceState};

    use super::*;
    use crate::handler::error::TracedError;

    fn span(id: u64) -> SpanContext {
        let (trace, span) = (TraceId::from(7), SpanId::from(id));
        SpanContext::new(
            trace,
            span,
            TraceFlags::NOT_SAMPLED,
            false,
            TraceState::NONE,
        )
    }

    fn ids_of(text: impl FnOnce() -> String) -> Option<u64> {
        let (_, ids) = of_line(text);
        ids.map(|(_, span)| u64::from_be_bytes(span.to_bytes()))
    }

    fn traced() -> String {
        format!("{:?}", TracedError::Handler("no stock"))
    }

    #[test]
    fn a_line_that_prints_the_error_has_the_ids_once() {
        assert_eq!(ids_of(traced), None);
        note(&span(1), false);
        assert_eq!(ids_of(traced), Some(1));
        assert_eq!(ids_of(traced), None);
    }

    #[test]
    fn a_converted_error_still_prints_as_that_of_a_traced_handler() {
        note(&span(1), false);
        let converted: lambda_runtime::Error = TracedError::Handler("no stock").into();
        assert_eq!(ids_of(|| format!("{converted:?}")), Some(1));
    }

    #[test]
    fn the_error_of_an_untraced_handler_has_no_ids_of_an_earlier_failure() {
        note(&span(1), false);
        assert_eq!(ids_of(|| format!("{:?}", "no stock")), None);
    }

    #[test]
    fn the_first_line_after_a_panic_is_about_it() {
        note(&span(1), true);
        assert_eq!(ids_of(String::new), Some(1));
        assert_eq!(ids_of(String::new), None);
    }

    #[test]
    fn a_failure_in_another_task_of_the_thread_is_another_one() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let local = task::LocalSet::new();
        local.block_on(&runtime, async {
            task::spawn_local(async { note(&span(1), false) })
                .await
                .unwrap();
            let other = task::spawn_local(async { ids_of(traced) }).await.unwrap();
            assert_eq!(other, None);
            assert_eq!(ids_of(traced), None);
        });
    }
}
