//! Data Streams Monitoring of a process and of its invocations.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::Context;

use super::Telemetry;
use crate::data_streams::{DataStreams, Edge, HEADER, Pathway, Time};
use crate::event::trigger::{Trigger, TriggerKind};

/// The state of Data Streams Monitoring in an invocation.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// The pathway of the last message that came in or went out.
    latest: Option<Pathway>,
    /// When the messages of the event were counted.
    consumed: Option<Time>,
}

/// The pathway of one record, a value in the context in which the record is processed. There it replaces the
/// invocation's, so that records that are processed side by side don't continue each other's.
#[derive(Debug)]
struct RecordPathway(Mutex<Option<Pathway>>);

impl Telemetry {
    /// `None` if Data Streams Monitoring is off.
    pub(crate) fn data_streams(&self) -> Option<&DataStreams> {
        self.0.data_streams.as_ref()
    }

    /// Counts the messages of an event. Messages that the invocation of `context` sends continue the last one's
    /// pathway.
    pub(crate) fn consume(&self, event: &[u8], trigger: Option<&Trigger<'_>>, context: &Context) {
        let (Some(streams), Some(trigger)) = (self.data_streams(), trigger) else {
            return;
        };
        let now = Time::now();
        if let Some(pathway) = streams.consume(event, trigger.kind(), now)
            && let Some(running) = Self::running_in(context)
        {
            *running.flow() = Flow {
                latest: Some(pathway),
                consumed: Some(now),
            };
        }
    }

    /// The context in which one record of the invocation's event is processed. Messages that are sent in it continue
    /// the pathway of that record.
    pub(crate) fn in_pathway_of(
        &self,
        record: &[u8],
        kind: TriggerKind,
        context: Context,
    ) -> Context {
        let pathway = || {
            let streams = self.data_streams()?;
            let consumed = Self::running_in(&context)?.flow().consumed?;
            streams.pathway_of(record, kind, consumed)
        };
        match pathway() {
            Some(pathway) => context.with_value(RecordPathway(Mutex::new(Some(pathway)))),
            None => context,
        }
    }

    /// Counts one message of `size` bytes that came over `edge` with `header`.
    pub(crate) fn consume_one(
        &self,
        edge: &Edge,
        header: Option<&str>,
        size: usize,
        context: &Context,
    ) {
        if let Some(streams) = self.data_streams() {
            let now = Time::now();
            let mut pathway = Pathway::of(header, now);
            streams.checkpoints(&mut pathway, edge, now, [size]);
            with_pathway(context, |latest| *latest = Some(pathway));
        }
    }

    /// Counts messages of these `sizes` in bytes that go out over `edge` together, and returns the header for each
    /// of them; `None` if Data Streams Monitoring is off.
    ///
    /// Outside of an invocation their pathway begins here.
    pub(crate) fn produce(
        &self,
        edge: &Edge,
        sizes: impl Iterator<Item = usize>,
        context: &Context,
    ) -> Option<String> {
        let streams = self.data_streams()?;
        let now = Time::now();
        Some(with_pathway(context, |pathway| {
            let pathway = pathway.get_or_insert_with(|| Pathway::new(now));
            // As in ddtrace, with the header before the checkpoint, which has the same length.
            let header = HEADER.len() + pathway.encode().len();
            streams.checkpoints(pathway, edge, now, sizes.map(|size| size + header));
            pathway.encode()
        }))
    }

    /// Sends the counts, within `limit`.
    pub(crate) async fn send_data_streams(&self, limit: Duration, is_last: bool) {
        if let Some(streams) = self.data_streams()
            && self.sends()
        {
            streams.send(limit, is_last).await;
        }
    }
}

/// The pathway that continues in `context`: the record's if one is processed there, else the invocation's.
fn with_pathway<T>(context: &Context, go_on: impl FnOnce(&mut Option<Pathway>) -> T) -> T {
    if let Some(RecordPathway(pathway)) = context.get() {
        return go_on(&mut pathway.lock().unwrap_or_else(PoisonError::into_inner));
    }
    match Telemetry::running_in(context) {
        Some(running) => go_on(&mut running.flow().latest),
        None => go_on(&mut None),
    }
}
