//! A metric, sent to the extension beside the traces.

use std::net::UdpSocket;

use cadence::prelude::*;
use cadence::{MetricError, StatsdClient, UdpMetricSink};

fn metrics() -> Result<StatsdClient, MetricError> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    let extension = UdpMetricSink::from(("127.0.0.1", 8125), socket)?;
    Ok(StatsdClient::builder("shop", extension)
        .with_tag("env", "prod")
        .build())
}

fn sold(metrics: &StatsdClient, total: u64) {
    metrics
        .distribution_with_tags("order.total", total)
        .with_tag("currency", "EUR")
        .send();
}

fn main() -> Result<(), MetricError> {
    sold(&metrics()?, 129);
    Ok(())
}
