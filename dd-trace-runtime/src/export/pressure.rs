//! Spans that are made faster than they are sent.
//!
//! A handler that makes spans without an `.await` in between lets no other task run, including the one that sends.
//! Before there is no room left for its spans, a thread sends them and the handler waits for it.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Builder;

use super::Exporter;
use super::limits::PRESSING_BYTES;
use crate::sync::lock;

impl Exporter {
    /// If little room is left, sends the spans that wait, and returns when that is done.
    ///
    /// It takes no longer than a send may take, and returns at once while the agent doesn't answer.
    pub(super) fn relieve(self: &Arc<Self>) {
        let Some(usual) = self.relief.filter(|_| self.is_pressing()) else {
            return;
        };
        let _only_one = lock(&self.relieving);
        if !self.is_pressing() {
            return;
        }
        let limit = self.time_to_send(usual);
        // If no thread can be started, the oldest spans are dropped.
        if let Ok(sending) = self.send_elsewhere(limit) {
            // The thread ends with the send, and a panic in it ends the thread alone.
            let _ = sending.join();
        }
    }

    fn is_pressing(&self) -> bool {
        self.queue.bytes() >= PRESSING_BYTES && self.is_answered()
    }

    /// Uses a runtime of its own: waiting for one that may run on this very thread would block for ever.
    fn send_elsewhere(self: &Arc<Self>, limit: Duration) -> io::Result<JoinHandle<()>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let exporter = Arc::clone(self);
        let send = move || {
            runtime.block_on(exporter.send(limit));
            // Without waiting for a name that is still being looked up.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("dd-trace-send".to_owned());
        thread.spawn(send)
    }
}
