//! The pathway of what calls send, for Data Streams Monitoring: feature `dsm`.

use crate::context::carrier::Carrier;
#[cfg(feature = "dsm")]
use crate::data_streams::{Direction, Edge};

/// A queue, topic, stream or bus, as the tags of an edge name it.
#[derive(Debug)]
pub(super) struct Topic<'a> {
    /// The service: the tag `type:`.
    pub(super) kind: &'static str,
    /// The tag `topic:`. Without it there is no checkpoint.
    pub(super) name: Option<&'a str>,
    /// The tag `exchange:`, which buses have.
    pub(super) exchange: Option<&'a str>,
}

impl<'a> Topic<'a> {
    pub(super) fn new(kind: &'static str, name: Option<&'a str>) -> Self {
        Self {
            kind,
            name,
            exchange: None,
        }
    }

    #[cfg(feature = "dsm")]
    pub(super) fn edge(&self, direction: Direction) -> Option<Edge> {
        let edge = Edge::new(direction, self.kind, self.name?)?;
        Some(match self.exchange {
            Some(exchange) => edge.with(["exchange:", exchange].concat()),
            None => edge,
        })
    }
}

/// Counts the messages of a call, which have these `sizes` in bytes without their headers, and adds the header of their
/// pathway to those headers. A message that has no room for its headers is counted, too.
#[cfg(feature = "dsm")]
pub(super) fn add<'a>(
    mut headers: Carrier,
    to: impl FnOnce() -> Topic<'a>,
    sizes: impl Iterator<Item = usize>,
) -> Carrier {
    let bytes = headers.iter().map(|(name, value)| name.len() + value.len());
    let added = "_datadog".len() + bytes.sum::<usize>();
    let sizes = sizes.map(|size| size + added);
    let edge = || to().edge(Direction::Out);
    crate::outgoing::checkpoints::produce(edge, sizes, &mut headers);
    headers
}

/// Without the feature nothing is counted.
#[cfg(not(feature = "dsm"))]
pub(super) fn add<'a>(
    headers: Carrier,
    _: impl FnOnce() -> Topic<'a>,
    _: impl Iterator<Item = usize>,
) -> Carrier {
    headers
}

#[cfg(test)]
#[cfg(all(feature = "dsm", feature = "aws-sqs", feature = "aws-kinesis"))]
mod tests;
