//! Data Streams Monitoring of a process and of its invocations.

use std::time::Duration;

use opentelemetry::Context;

use super::Telemetry;
use crate::data_streams::{DataStreams, Edge, HEADER, Pathway, Time};
use crate::event::trigger::Trigger;

impl Telemetry {
    /// `None` where it is off.
    pub(crate) fn data_streams(&self) -> Option<&DataStreams> {
        self.0.data_streams.as_ref()
    }

    /// Counts the messages of an event. What the invocation of `context` sends goes on from the last of them.
    pub(crate) fn consume(&self, event: &[u8], trigger: Option<&Trigger<'_>>, context: &Context) {
        if let Some(streams) = self.data_streams()
            && let Some(trigger) = trigger
            && let Some(pathway) = streams.consume(event, trigger.kind())
        {
            keep(pathway, context);
        }
    }

    /// Counts one message that came over `edge` with `header`.
    pub(crate) fn consume_one(&self, edge: &Edge, header: Option<&str>, context: &Context) {
        if let Some(streams) = self.data_streams() {
            let now = Time::now();
            let known = header.and_then(Pathway::decode);
            let mut pathway = known.unwrap_or_else(|| Pathway::new(now));
            streams.checkpoint(&mut pathway, edge, now, 0);
            keep(pathway, context);
        }
    }

    /// Counts a message of `size` bytes that goes out over `edge`, and returns the header for it; `None` where
    /// Data Streams Monitoring is off.
    ///
    /// Outside of an invocation its pathway begins here.
    pub(crate) fn produce(&self, edge: &Edge, size: usize, context: &Context) -> Option<String> {
        let streams = self.data_streams()?;
        let now = Time::now();
        let go_on = |pathway: &mut Option<Pathway>| {
            let pathway = pathway.get_or_insert_with(|| Pathway::new(now));
            // As ddtrace does, with the header of before the checkpoint, which is as long.
            let size = size + HEADER.len() + pathway.encode().len();
            streams.checkpoint(pathway, edge, now, size);
            pathway.encode()
        };
        Some(match Self::running_in(context) {
            Some(running) => running.with_pathway(go_on),
            None => go_on(&mut None),
        })
    }

    /// Sends what was counted, within `limit`.
    pub(crate) async fn send_data_streams(&self, limit: Duration, is_last: bool) {
        if let Some(streams) = self.data_streams()
            && self.sends()
        {
            streams.send(limit, is_last).await;
        }
    }
}

fn keep(pathway: Pathway, context: &Context) {
    if let Some(running) = Telemetry::running_in(context) {
        running.with_pathway(|known| *known = Some(pathway));
    }
}
