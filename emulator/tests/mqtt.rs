//! The broker, as an MQTT client sees it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test, as its own lines do"
)]

use std::time::Duration;

use bytes::Bytes;
use emulator::{Broker, Published};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};

/// Far longer than anything that works takes.
const LIMIT: Duration = Duration::from_secs(20);

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.expect("too long")
}

fn connect(broker: &Broker, id: &str) -> (AsyncClient, EventLoop) {
    let address = broker.address();
    let options = MqttOptions::new(id, address.ip().to_string(), address.port());
    AsyncClient::new(options, 10)
}

/// Polls the client until a packet comes that `wanted` takes.
async fn until<T>(events: &mut EventLoop, wanted: impl Fn(&Packet) -> Option<T>) -> T {
    let received = async {
        loop {
            if let Event::Incoming(packet) = events.poll().await.unwrap()
                && let Some(found) = wanted(&packet)
            {
                return found;
            }
        }
    };
    soon(received).await
}

fn acknowledged(packet: &Packet) -> Option<()> {
    matches!(packet, Packet::PubAck(_)).then_some(())
}

#[tokio::test]
async fn a_published_message_is_passed_on_as_bare_bytes() {
    let broker = Broker::start().await.unwrap();
    let (client, mut events) = connect(&broker, "producer");
    let payload = Bytes::from_static(b"{\"a\" : 1}\x00\xff");
    let sent = client.publish_bytes("orders/placed", QoS::AtLeastOnce, false, payload.clone());
    sent.await.unwrap();
    until(&mut events, acknowledged).await;
    let expected = Published {
        topic: "orders/placed".to_owned(),
        payload,
    };
    assert_eq!(soon(broker.next()).await, expected);
    assert_eq!(broker.waiting(), 0);
}

#[tokio::test]
async fn a_subscriber_gets_the_messages_of_its_topics_and_no_others() {
    let broker = Broker::start().await.unwrap();
    let (consumer, mut received) = connect(&broker, "consumer");
    consumer
        .subscribe("orders/+", QoS::AtMostOnce)
        .await
        .unwrap();
    let subscribed = |packet: &Packet| matches!(packet, Packet::SubAck(_)).then_some(());
    until(&mut received, subscribed).await;

    let (producer, mut events) = connect(&broker, "producer");
    for topic in ["invoices/1", "orders/1/lines", "orders/1"] {
        let sent = producer.publish(topic, QoS::AtLeastOnce, false, "x");
        sent.await.unwrap();
        until(&mut events, acknowledged).await;
    }
    let message = |packet: &Packet| match packet {
        Packet::Publish(publish) => Some(publish.topic.clone()),
        _ => None,
    };
    assert_eq!(until(&mut received, message).await, "orders/1");
}

#[tokio::test]
async fn a_client_that_asks_for_something_unsupported_is_disconnected() {
    let broker = Broker::start().await.unwrap();
    let (client, mut events) = connect(&broker, "producer");
    let sent = client.publish("orders/placed", QoS::ExactlyOnce, false, "x");
    sent.await.unwrap();
    let ended = async { while events.poll().await.is_ok() {} };
    soon(ended).await;
    assert_eq!(broker.waiting(), 0);
}

#[tokio::test]
async fn port_and_connections_are_closed_after_a_shutdown() {
    let broker = Broker::start().await.unwrap();
    let address = broker.address();
    let (_client, mut events) = connect(&broker, "producer");
    let connected = |packet: &Packet| matches!(packet, Packet::ConnAck(_)).then_some(());
    until(&mut events, connected).await;
    broker.shutdown().await;
    assert!(soon(events.poll()).await.is_err());
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
