//! A span from its start to its end, within reach of its trace.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::trace::Trace;
use crate::export::SpanData;

/// What is known of a span so far; nothing any more once it has ended.
#[derive(Debug)]
pub(super) struct OpenSpan {
    pub(super) trace: Arc<Trace>,
    /// Where it is in the list of its trace, which alone writes it.
    place: AtomicUsize,
    data: Mutex<Option<SpanData>>,
}

/// The place of a span that has ended.
const NOWHERE: usize = usize::MAX;

impl OpenSpan {
    pub(super) fn start(trace: Arc<Trace>, data: SpanData) -> Arc<Self> {
        let span = Arc::new(Self {
            trace,
            place: AtomicUsize::new(NOWHERE),
            data: Mutex::new(Some(data)),
        });
        span.trace.opened(&span);
        span
    }

    /// Looks at the data, or changes it; `None` where it has ended.
    pub(super) fn with<R>(&self, change: impl FnOnce(&mut SpanData) -> R) -> Option<R> {
        self.data().as_mut().map(change)
    }

    /// Ends it; the first end counts.
    pub(super) fn end(&self, at: SystemTime) {
        if self.has_ended() {
            return;
        }
        self.trace.closes(self);
        let data = self.data().take();
        if let Some(mut data) = data {
            data.end_time = at;
            self.trace.pipeline.exporter.push(data);
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.place.load(Ordering::Relaxed) == NOWHERE
    }

    pub(super) fn set_place(&self, place: usize) {
        self.place.store(place, Ordering::Relaxed);
    }

    pub(super) fn take_place(&self) -> Option<usize> {
        let place = self.place.swap(NOWHERE, Ordering::Relaxed);
        (place != NOWHERE).then_some(place)
    }

    /// A panic elsewhere leaves the value whole.
    fn data(&self) -> MutexGuard<'_, Option<SpanData>> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
