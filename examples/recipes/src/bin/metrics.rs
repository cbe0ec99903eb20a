//! A function that sends a metric to the extension beside its trace.

use std::net::UdpSocket;

use cadence::prelude::*;
use cadence::{StatsdClient, UdpMetricSink};
use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

fn metrics() -> Result<StatsdClient, Error> {
    let port = std::env::var("DD_DOGSTATSD_PORT").map_or(Ok(8125), |port| port.parse())?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    let extension = UdpMetricSink::from(("127.0.0.1", port), socket)?;
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

#[traced_handler]
async fn handler(metrics: &StatsdClient, event: LambdaEvent<Value>) -> Result<Value, Error> {
    sold(metrics, 129);
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let metrics = metrics()?;
    dd_trace_runtime::run(|event| handler(&metrics, event)).await
}
