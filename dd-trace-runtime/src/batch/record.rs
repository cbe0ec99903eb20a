//! One record of a batch.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use opentelemetry::Context;
use opentelemetry::trace::FutureExt;
use serde::de::{DeserializeOwned, Error as _};

use super::entry::Entry;
use super::response::BatchItemFailure;
use super::span::RecordSpan;
use crate::handler::failure::{ErrorTags, describe_converted, describe_typed};
use crate::handler::panic::catch_panic;
use crate::invocation::span_ref::{InvocationSpanRef, invocation_span};
use crate::log;
use crate::telemetry::Telemetry;
use crate::telemetry::running::Running;

/// What the records of a batch share.
#[derive(Debug)]
pub(super) struct Batch {
    /// With the parent of their spans.
    pub(super) parent: Context,
    invocation: InvocationSpanRef,
    /// Knows the producers that were found in its event.
    pub(super) running: Option<Arc<Running>>,
    failures: AtomicI64,
}

impl Batch {
    pub(super) fn current() -> Self {
        let parent = Context::current();
        Self {
            running: Telemetry::running_in(&parent),
            parent,
            invocation: invocation_span(),
            failures: AtomicI64::new(0),
        }
    }

    fn failed(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        self.invocation
            .set_attribute("batch_item_failures", failures);
    }
}

/// One record of a batch: an item of [`Records`](super::Records).
#[must_use = "a record does nothing until it is processed"]
pub struct Record<R> {
    entry: Entry,
    batch: Arc<Batch>,
    of: PhantomData<fn() -> R>,
}

impl<R> Record<R> {
    pub(super) fn new(entry: Entry, batch: Arc<Batch>) -> Self {
        Self {
            entry,
            batch,
            of: PhantomData,
        }
    }

    /// The identifier that Lambda uses: the id of a message, or the sequence number of a record.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.entry.source.id
    }

    /// Whether the records after a failed one have to wait for it, as in a FIFO queue and in a stream.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.entry.source.is_ordered
    }

    /// Reports the record as failed without processing it, so that Lambda sends it again.
    #[must_use = "Lambda sends the record again only if the response names it"]
    pub fn skip(self) -> BatchItemFailure {
        self.batch.failed();
        BatchItemFailure {
            item_identifier: String::from(&*self.entry.source.id),
        }
    }
}

impl<R: DeserializeOwned> Record<R> {
    /// Processes the record in a span of its own.
    ///
    /// # Errors
    /// The record failed: `handler` returned an error or panicked, or the record doesn't fit `R`.
    pub async fn process<F, Fut, E>(self, handler: F) -> Result<(), BatchItemFailure>
    where
        // With `AsyncFnOnce`, rustc takes the future of a handler that borrows as not `Send`.
        F: FnOnce(R) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>> + 'static,
    {
        let span = RecordSpan::start(&self.batch, &self.entry);
        let processing = catch_panic(async {
            match deserialize(&self.entry.json) {
                Ok(record) => handler(record).await.map_err(describe_converted),
                Err(error) => Err(describe_typed::<serde_json::Error>(&error)),
            }
        });
        let processed = processing.with_context(span.context()).await;
        let error = processed.unwrap_or_else(|panic| Err(panic.tags())).err();
        if let Some(error) = &error {
            self.report(error);
        }
        let has_failed = error.is_some();
        span.finish(error);
        if has_failed {
            return Err(self.skip());
        }
        Ok(())
    }

    fn report(&self, error: &ErrorTags) {
        log::warn!(
            "the record `{}` failed: {}: {}; Lambda is asked to send it again",
            log::excerpt(&self.entry.source.id),
            log::excerpt(&error.kind),
            log::excerpt(&error.message)
        );
    }
}

fn deserialize<R: DeserializeOwned>(record: &[u8]) -> Result<R, serde_json::Error> {
    // Nobody has read all of an event of AWS before.
    let text = std::str::from_utf8(record).map_err(serde_json::Error::custom)?;
    serde_json::from_str(text)
}

impl<R> fmt::Debug for Record<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.entry.source.id)
            .finish_non_exhaustive()
    }
}
