//! MQTT: a host publishes a reading, and a rule of AWS `IoT` passes it to a function.
//!
//! The broker is at `MQTT_BROKER`, such as `127.0.0.1:1883`. Without that variable the program starts one.

use dd_trace_runtime::{TracedPayload, traced_handler};
use emulator::Broker;
use examples::{local, mqtt};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use opentelemetry::{Context, global};
use rumqttc::{AsyncClient, Event, Packet, QoS};
use serde::Deserialize;

const TOPIC: &str = "sensors/1";

#[derive(Deserialize, TracedPayload)]
struct Reading {
    celsius: f64,
}

async fn publish(client: &AsyncClient, reading: &Reading) -> Result<(), Error> {
    let payload = serde_json::to_string(reading)?; // includes the trace context
    client
        .publish(TOPIC, QoS::AtLeastOnce, false, payload)
        .await?;
    Ok(())
}

#[traced_handler]
async fn handler(event: LambdaEvent<Reading>) -> Result<f64, Error> {
    Ok(event.payload.celsius)
}

async fn produce() -> Result<String, Error> {
    let own = Broker::start().await?;
    let address = std::env::var("MQTT_BROKER").unwrap_or_else(|_| own.address().to_string());
    let telemetry = dd_trace_runtime::init();
    let (client, mut events) = mqtt::connect("sensor", &address)?;
    client.subscribe(TOPIC, QoS::AtLeastOnce).await?;
    let message = loop {
        match events.poll().await? {
            Event::Incoming(Packet::SubAck(_)) => {
                let span = global::tracer("sensor").start("publish");
                let active = Context::current_with_span(span);
                publish(&client, &Reading { celsius: 21.5 })
                    .with_context(active)
                    .await?;
            }
            Event::Incoming(Packet::Publish(message)) => break message,
            _ => {}
        }
    };
    telemetry.flush().await;
    Ok(String::from_utf8(message.payload.to_vec())?) // as the rule `SELECT *` passes it on
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::pair(produce(), dd_trace_runtime::run(handler)).await
}
