//! Checkpoints of Data Streams Monitoring for what calls receive.

use aws_smithy_types::config_bag::{Storable, StoreReplace};
use opentelemetry::Context;

use super::pathway::Topic;
use crate::data_streams::{Direction, Edge};
use crate::telemetry::Telemetry;

/// Where the messages that a call asks for come from. It is kept during the call, because the answer doesn't say it.
#[derive(Debug)]
pub(super) struct Receiving(Option<Edge>);

impl Storable for Receiving {
    type Storer = StoreReplace<Self>;
}

/// A message that a call has received.
#[derive(Debug)]
pub(super) struct Received {
    /// The header, if it came with one.
    pub(super) pathway: Option<String>,
    /// Its bytes.
    pub(super) size: usize,
}

impl Receiving {
    /// `None` where Data Streams Monitoring is off.
    pub(super) fn from<'a>(topic: impl FnOnce() -> Option<Topic<'a>>) -> Option<Self> {
        Telemetry::current().data_streams()?;
        let edge = topic()?.edge(Direction::In)?;
        Some(Self(Some(edge)))
    }

    /// What counts each message of the answer. It is given once, so that a client with two interceptors doesn't count
    /// twice.
    pub(super) fn counter(&mut self) -> Option<impl FnMut(Received) + use<>> {
        let edge = self.0.take()?;
        let telemetry = Telemetry::current();
        Some(move |Received { pathway, size }: Received| {
            Context::map_current(|context| {
                telemetry.consume_one(&edge, pathway.as_deref(), size, context);
            });
        })
    }
}
