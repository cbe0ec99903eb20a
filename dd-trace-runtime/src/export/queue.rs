//! Encoded chunks that wait for the agent's acknowledgement.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::sync::lock;

/// The encoded spans of one trace.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    pub(super) spans: usize,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A queue bounded by the bytes of its chunks; when it is full, the oldest are dropped.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    max_bytes: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    chunks: VecDeque<Chunk>,
    bytes: usize,
    dropped_spans: usize,
    /// The memory of a discarded chunk, for the next one.
    spare: Vec<u8>,
}

/// The most spare memory that is kept, in bytes.
const MAX_SPARE: usize = 8 * 1024;

impl Queue {
    pub(super) fn bounded(max_bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            waiting: Mutex::default(),
            max_bytes,
        })
    }

    pub(super) fn push(&self, chunks: impl IntoIterator<Item = Chunk>) {
        let mut waiting = lock(&self.waiting);
        for chunk in chunks {
            waiting.bytes += chunk.bytes.len();
            waiting.chunks.push_back(chunk);
        }
        waiting.shrink_to(self.max_bytes);
    }

    /// The oldest chunks, together at most `max_bytes` unless the first alone has more.
    ///
    /// They come back to the queue unless they are [acknowledged](Batch::discard).
    pub(super) fn take(self: &Arc<Self>, max_bytes: usize) -> Option<Batch> {
        let mut waiting = lock(&self.waiting);
        let mut chunks = Vec::new();
        let mut bytes = 0;
        while let Some(next) = waiting.chunks.front() {
            bytes += next.bytes.len();
            if bytes > max_bytes && !chunks.is_empty() {
                break;
            }
            waiting.bytes -= next.bytes.len();
            chunks.extend(waiting.chunks.pop_front());
        }
        drop(waiting);
        (!chunks.is_empty()).then_some(Batch {
            queue: Arc::clone(self),
            chunks,
        })
    }

    /// An empty buffer, with the memory of a discarded chunk if there is one.
    pub(super) fn take_spare(&self) -> Vec<u8> {
        std::mem::take(&mut lock(&self.waiting).spare)
    }

    /// How many spans were dropped since this was last asked.
    pub(super) fn take_dropped(&self) -> usize {
        std::mem::take(&mut lock(&self.waiting).dropped_spans)
    }

    /// How many spans wait.
    pub(super) fn spans(&self) -> usize {
        let waiting = lock(&self.waiting);
        waiting.chunks.iter().map(|chunk| chunk.spans).sum()
    }

    /// How many bytes wait.
    pub(super) fn bytes(&self) -> usize {
        lock(&self.waiting).bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        lock(&self.waiting).chunks.is_empty()
    }
}

impl Waiting {
    fn shrink_to(&mut self, max_bytes: usize) {
        while self.bytes > max_bytes {
            let Some(oldest) = self.chunks.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes.len();
            self.dropped_spans += oldest.spans;
        }
    }
}

/// Chunks on their way to the agent.
///
/// If a send fails, runs out of time or is cancelled, its batch is dropped and the chunks wait for the next send.
#[derive(Debug)]
#[must_use]
pub(super) struct Batch {
    queue: Arc<Queue>,
    chunks: Vec<Chunk>,
}

impl Batch {
    pub(super) fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    pub(super) fn spans(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.spans).sum()
    }

    pub(super) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.bytes.len()).sum()
    }

    /// Discards the chunks: the agent has them, or will never take them.
    pub(super) fn discard(mut self) {
        let gone = self.chunks.pop().map(|chunk| chunk.bytes);
        self.chunks.clear();
        if let Some(mut spare) = gone.filter(|bytes| bytes.capacity() <= MAX_SPARE) {
            spare.clear();
            lock(&self.queue.waiting).spare = spare;
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if self.chunks.is_empty() {
            return;
        }
        let mut waiting = lock(&self.queue.waiting);
        for mut chunk in self.chunks.drain(..).rev() {
            // Unused memory counts once the chunk has to wait.
            chunk.bytes.shrink_to_fit();
            waiting.bytes += chunk.bytes.len();
            waiting.chunks.push_front(chunk);
        }
        waiting.shrink_to(self.queue.max_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(id: u8, bytes: usize) -> Chunk {
        Chunk {
            bytes: vec![id; bytes],
            spans: 2,
        }
    }

    fn ids(batch: &Batch) -> Vec<u8> {
        batch.chunks().iter().map(|chunk| chunk.bytes[0]).collect()
    }

    #[test]
    fn the_oldest_chunks_are_dropped_when_the_queue_is_full() {
        let queue = Queue::bounded(10);
        queue.push([chunk(1, 4), chunk(2, 4), chunk(3, 4)]);
        assert_eq!(queue.take_dropped(), 2);
        assert_eq!(queue.take_dropped(), 0);
        assert_eq!(ids(&queue.take(10).unwrap()), [2, 3]);
    }

    #[test]
    fn a_chunk_that_can_never_fit_is_dropped() {
        let queue = Queue::bounded(10);
        queue.push([chunk(1, 11)]);
        assert!(queue.is_empty());
        assert_eq!(queue.take_dropped(), 2);
    }

    #[test]
    fn a_batch_that_is_not_acknowledged_waits_again_and_keeps_its_place() {
        let queue = Queue::bounded(10);
        queue.push([chunk(1, 4), chunk(2, 4)]);
        let batch = queue.take(4).unwrap();
        assert_eq!(ids(&batch), [1]);
        drop(batch);
        assert_eq!(ids(&queue.take(10).unwrap()), [1, 2]);
    }

    #[test]
    fn a_batch_that_comes_back_to_a_full_queue_goes_first() {
        let queue = Queue::bounded(10);
        queue.push([chunk(1, 8)]);
        let batch = queue.take(10).unwrap();
        queue.push([chunk(2, 8)]);
        drop(batch);
        assert_eq!(queue.take_dropped(), 2);
        assert_eq!(ids(&queue.take(10).unwrap()), [2]);
    }

    #[test]
    fn an_acknowledged_batch_is_gone() {
        let queue = Queue::bounded(10);
        queue.push([chunk(1, 4)]);
        queue.take(10).unwrap().discard();
        assert!(queue.is_empty());
        queue.push([chunk(2, 10)]);
        assert_eq!(queue.take_dropped(), 0, "its bytes are free again");
    }

    #[test]
    fn a_batch_has_at_least_one_chunk() {
        let queue = Queue::bounded(10);
        queue.push([chunk(1, 8), chunk(2, 2)]);
        assert_eq!(ids(&queue.take(1).unwrap()), [1]);
    }
}
