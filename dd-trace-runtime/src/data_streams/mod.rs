//! Data Streams Monitoring: what passes the queues, topics and streams that the function reads and writes.
//!
//! - In: the messages of an event, and those that the function sends.
//! - Out: the header `dd-pathway-ctx-base64`, and counts in buckets of ten seconds for the agent.
//! - Next: [`telemetry`](crate::telemetry), which holds the one of the process and sends with the spans.
//!
//! [`Delivery`] → [`Edge`] → [`Pathway`] → [`Buckets`] → [`payload`]. The hashes equal those of ddtrace 4.16 without
//! its process tags.

mod agent;
mod buckets;
mod edge;
mod fnv;
mod gzip;
mod pathway;
mod payload;
mod sending;
mod sketch;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::{Mutex, MutexGuard};

use self::agent::PipelineStats;
use self::buckets::Buckets;
pub(crate) use self::edge::{Direction, Edge};
use self::fnv::Fnv;
pub(crate) use self::pathway::{Pathway, Time};
use crate::config::Config;
use crate::event::trigger::TriggerKind;
pub(crate) use crate::extraction::pathways::HEADER;
use crate::extraction::pathways::{self, Delivery};
use crate::sync::lock;

/// The state of Data Streams Monitoring in a process.
#[derive(Debug)]
pub(crate) struct DataStreams {
    service: String,
    env: Option<String>,
    version: Option<String>,
    /// The event bus of events that don't name it.
    exchange: Option<String>,
    /// The hash of the service and the environment, with which every hash of an edge begins.
    process: Fnv,
    buckets: Mutex<Buckets>,
    agent: PipelineStats,
}

impl DataStreams {
    /// `None` unless `DD_DATA_STREAMS_ENABLED` and tracing are on.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        if !config.data_streams || !config.enabled {
            return None;
        }
        let service = config.services.own().to_owned();
        let env = config.env.as_deref().unwrap_or("none");
        Some(Self {
            process: Fnv::new().with(service.as_bytes()).with(env.as_bytes()),
            service,
            env: config.env.clone(),
            version: config.version.clone(),
            exchange: config.exchange.clone(),
            buckets: Mutex::default(),
            agent: PipelineStats::new(config.agent.clone()),
        })
    }

    /// A checkpoint for each message of an event; returns the pathway of the last, which goes on in what the
    /// function sends.
    pub(crate) fn consume(&self, event: &[u8], kind: TriggerKind, now: Time) -> Option<Pathway> {
        let mut latest = None;
        let mut edges = Edges::default();
        pathways::each(event, kind, |delivery| {
            if let Some(edge) = edges.of(self, &delivery) {
                let mut pathway = Pathway::of(delivery.pathway.as_deref(), now);
                self.checkpoints(&mut pathway, edge, now, [0]);
                latest = Some(pathway);
            }
        });
        latest
    }

    /// The pathway of one record of an event whose checkpoints were set at `consumed`. It isn't counted again.
    pub(crate) fn pathway_of(
        &self,
        record: &[u8],
        kind: TriggerKind,
        consumed: Time,
    ) -> Option<Pathway> {
        let delivery = pathways::of_record(record, kind)?;
        let edge = self.edge_of(&delivery)?;
        let mut pathway = Pathway::of(delivery.pathway.as_deref(), consumed);
        pathway.step(edge.direction, edge.hash(self.process), consumed);
        Some(pathway)
    }

    /// Counts messages of these `sizes` in bytes, which pass `edge` at the same time, and moves their pathway on.
    pub(crate) fn checkpoints(
        &self,
        pathway: &mut Pathway,
        edge: &Edge,
        now: Time,
        sizes: impl IntoIterator<Item = usize>,
    ) {
        let node = edge.hash(self.process);
        for size in sizes {
            let step = pathway.step(edge.direction, node, now);
            self.lock().add(edge, &step, now, size);
        }
    }

    /// The edge over which a message came.
    fn edge_of(&self, delivery: &Delivery<'_>) -> Option<Edge> {
        let edge = Edge::new(Direction::In, delivery.service, &delivery.topic)?;
        let exchange = self.exchange.as_deref();
        Some(
            match exchange.filter(|_| delivery.service == "eventbridge") {
                Some(exchange) => edge.with(["exchange:", exchange].concat()),
                None => edge,
            },
        )
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        lock(&self.buckets)
    }
}

/// The edge of the latest message: most batches have but one.
#[derive(Default)]
struct Edges(Option<(String, Edge)>);

impl Edges {
    fn of(&mut self, streams: &DataStreams, delivery: &Delivery<'_>) -> Option<&Edge> {
        let is_known = self
            .0
            .as_ref()
            .is_some_and(|(topic, _)| *topic == delivery.topic);
        if !is_known {
            let edge = streams.edge_of(delivery);
            self.0 = edge.map(|edge| (delivery.topic.clone().into_owned(), edge));
        }
        self.0.as_ref().map(|(_, edge)| edge)
    }
}
