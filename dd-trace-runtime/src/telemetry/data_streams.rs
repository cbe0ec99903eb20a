//! Data Streams Monitoring of a process and of its invocations.

use std::sync::Mutex;
use std::time::Duration;

use opentelemetry::Context;

use super::Telemetry;
use crate::data_streams::{DataStreams, Edge, HEADER, Pathway, Time};
use crate::event::trigger::{Trigger, TriggerKind};
use crate::sync::lock;

/// The state of Data Streams Monitoring in an invocation.
#[derive(Debug, Default)]
pub(super) struct Flow {
    passing: Passing,
    /// When the messages of the event were counted.
    consumed: Option<Time>,
}

/// The pathways of the messages that pass an invocation, or one record of it.
#[derive(Debug, Default, Clone, Copy)]
struct Passing {
    /// Of the last message that came in.
    came_in: Option<Pathway>,
    /// Of the last message that came in or went out.
    latest: Option<Pathway>,
}

impl Passing {
    fn of(came_in: Pathway) -> Self {
        Self {
            came_in: Some(came_in),
            latest: Some(came_in),
        }
    }
}

/// The pathways of one record, a value in the context in which the record is processed. There it replaces the
/// invocation's, so that records that are processed side by side don't continue each other's.
#[derive(Debug)]
struct RecordPathway(Mutex<Passing>);

/// The header of a message that is being written, a value in the context in which that happens.
#[derive(Debug)]
struct Produced(String);

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
                passing: Passing::of(pathway),
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
            Some(pathway) => {
                let passing = Passing::of(pathway);
                context.with_value(RecordPathway(Mutex::new(passing)))
            }
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
            with_passing(context, |passing| *passing = Passing::of(pathway));
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
        Some(with_passing(context, |passing| {
            let pathway = passing.latest.get_or_insert_with(|| Pathway::new(now));
            // As in ddtrace, with the header before the checkpoint, which has the same length.
            let header = HEADER.len() + pathway.encode().len();
            streams.checkpoints(pathway, edge, now, sizes.map(|size| size + header));
            pathway.encode()
        }))
    }

    /// `context` for writing a message whose checkpoint is set and has this header.
    pub(crate) fn in_produced(header: String, context: &Context) -> Context {
        context.with_value(Produced(header))
    }

    /// The header of the message that is being written in `context`, if its checkpoint is set.
    pub(crate) fn produced(&self, context: &Context) -> Option<String> {
        self.data_streams()?;
        context.get::<Produced>().map(|it| it.0.clone())
    }

    /// The header of a message without a checkpoint of its own: it has come as far as the last message that came in.
    ///
    /// Not the last that went out, which took another way.
    pub(crate) fn carried_on(&self, context: &Context) -> Option<String> {
        self.data_streams()?;
        let came_in = with_passing(context, |passing| passing.came_in)?;
        Some(came_in.encode())
    }

    /// Sends the counts until none waits, for at most `limit`. Returns how many pathways still wait.
    pub(crate) async fn drain_data_streams(&self, limit: Duration) -> usize {
        match self.data_streams() {
            Some(streams) => streams.drain(limit).await,
            None => 0,
        }
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

/// The pathways that continue in `context`: the record's if one is processed there, else the invocation's.
fn with_passing<T>(context: &Context, go_on: impl FnOnce(&mut Passing) -> T) -> T {
    if let Some(RecordPathway(passing)) = context.get() {
        return go_on(&mut lock(passing));
    }
    match Telemetry::running_in(context) {
        Some(running) => go_on(&mut running.flow().passing),
        None => go_on(&mut Passing::default()),
    }
}
