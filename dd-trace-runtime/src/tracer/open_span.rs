//! The state of a span from its start to its end, shared by the span's handle and its trace.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use super::trace::Trace;
use crate::export::SpanData;
use crate::sync::lock;

/// The data of a span so far; none after the span has ended.
#[derive(Debug)]
pub(super) struct OpenSpan {
    pub(super) trace: Arc<Trace>,
    /// Its index in the list of open spans, set only by the trace.
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

    /// Reads or changes the data; `None` if the span has ended.
    pub(super) fn with<R>(&self, change: impl FnOnce(&mut SpanData) -> R) -> Option<R> {
        self.data().as_mut().map(change)
    }

    /// Ends the span; only the first call has an effect.
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

    fn data(&self) -> MutexGuard<'_, Option<SpanData>> {
        lock(&self.data)
    }
}
