//! The event of a batch.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::value::RawValue;

use super::entry::{self, Entry};
use super::record::{Batch, Record};
use super::response::BatchResponse;
use crate::event::raw::RawEvent;
use crate::event::whole::{self, FromEvent};

/// The event of a batch. Each record is deserialised as `R` when it is processed.
///
/// See the [module](super).
#[must_use = "records do nothing until they are processed"]
pub struct Records<R> {
    pub(super) records: Vec<Entry>,
    of: PhantomData<fn() -> R>,
}

impl<R> Records<R> {
    fn of(records: Vec<Entry>) -> Self {
        Self {
            records,
            of: PhantomData,
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

impl<R: DeserializeOwned> Records<R> {
    /// Processes the records in order, each in a span of its own, and collects those that failed.
    ///
    /// `handler` is an `async fn`, or an `async` closure without `move` that may borrow its surroundings. To change the
    /// surroundings, process the records in a loop:
    ///
    /// ```
    /// # use dd_trace_runtime::batch::{BatchResponse, Records};
    /// # use lambda_runtime::Error;
    /// # async fn example(records: Records<serde_json::Value>) -> Result<BatchResponse, Error> {
    /// let mut bodies = Vec::new();
    /// let mut response = BatchResponse::default();
    /// for record in records {
    ///     let processed = record.process(async |record| -> Result<(), Error> {
    ///         bodies.push(record["body"].to_string());
    ///         Ok(())
    ///     });
    ///     response.extend([processed.await]);
    /// }
    /// # Ok(response)
    /// # }
    /// ```
    ///
    /// Where the order matters, processing stops at the first failure; see the [module](super).
    pub async fn process<F, Fut, E>(self, mut handler: F) -> BatchResponse
    where
        F: FnMut(R) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>> + 'static,
    {
        let mut response = BatchResponse::default();
        let mut records = self.into_iter();
        while let Some(record) = records.next() {
            let is_ordered = record.is_ordered();
            let Err(failure) = record.process(&mut handler).await else {
                continue;
            };
            response.batch_item_failures.push(failure);
            if is_ordered {
                response.extend(records.by_ref().map(|record| Err(record.skip())));
            }
        }
        response
    }
}

impl<'de, R> Deserialize<'de> for Records<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole::deserialize(deserializer)
    }
}

impl<'de, R> FromEvent<'de> for Records<R> {
    fn from_event(event: &RawEvent) -> Option<Self> {
        entry::of_event(event).map(Self::of)
    }

    fn from_parser<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Event {
            #[serde(rename = "Records")]
            records: Vec<Box<RawValue>>,
        }

        let event = Event::deserialize(deserializer)?;
        let entries = event.records.into_iter().map(Entry::of_parsed);
        let entries: Result<_, _> = entries.collect();
        entries.map(Self::of).map_err(D::Error::custom)
    }
}

impl<R> IntoIterator for Records<R> {
    type Item = Record<R>;
    type IntoIter = IntoIter<R>;

    /// The records, whose spans are below the span that is active now.
    fn into_iter(self) -> IntoIter<R> {
        IntoIter {
            records: self.records.into_iter(),
            batch: Arc::new(Batch::current()),
            of: PhantomData,
        }
    }
}

impl<R> fmt::Debug for Records<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.records.iter().map(|record| &record.source);
        f.debug_list().entries(sources).finish()
    }
}

/// The iterator over the records of a batch.
#[must_use = "records do nothing until they are processed"]
pub struct IntoIter<R> {
    records: std::vec::IntoIter<Entry>,
    batch: Arc<Batch>,
    of: PhantomData<fn() -> R>,
}

impl<R> Iterator for IntoIter<R> {
    type Item = Record<R>;

    fn next(&mut self) -> Option<Record<R>> {
        let entry = self.records.next()?;
        Some(Record::new(entry, Arc::clone(&self.batch)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }
}

impl<R> ExactSizeIterator for IntoIter<R> {}

impl<R> fmt::Debug for IntoIter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter")
            .field("left", &self.len())
            .finish_non_exhaustive()
    }
}
