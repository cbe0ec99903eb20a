//! Publishing to an MQTT broker from a Lambda function.

use lambda_runtime::Error;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use tokio::sync::Mutex;

/// How often a message is sent before the broker counts as gone: a connection may have ended while the function was
/// frozen.
const ATTEMPTS: u8 = 2;

/// How many requests the client holds: one at a time is under way.
const REQUESTS: usize = 1;

/// A connection to a broker, opened by the first message.
pub struct Publisher {
    client: AsyncClient,
    /// Polled only while a message is under way: between invocations nothing can poll it.
    events: Mutex<EventLoop>,
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").finish_non_exhaustive()
    }
}

/// A client for the broker at `address`, such as `127.0.0.1:1883`.
pub fn connect(id: &str, address: &str) -> Result<(AsyncClient, EventLoop), Error> {
    let (host, port) = address
        .rsplit_once(':')
        .ok_or_else(|| format!("`{address}` has no port; write `{address}:1883`"))?;
    let options = MqttOptions::new(id, host, port.parse()?);
    Ok(AsyncClient::new(options, REQUESTS))
}

impl Publisher {
    /// Publishes to the broker at `address`, as the client `id`.
    pub fn new(id: &str, address: &str) -> Result<Self, Error> {
        let (client, events) = connect(id, address)?;
        let events = Mutex::new(events);
        Ok(Self { client, events })
    }

    /// Publishes a message, and waits for the broker's acknowledgement.
    pub async fn publish(&self, topic: &str, payload: String) -> Result<(), Error> {
        let mut events = self.events.lock().await;
        let sent = self.client.publish(topic, QoS::AtLeastOnce, false, payload);
        sent.await?;
        let mut attempt = 1;
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::PubAck(_))) => return Ok(()),
                Ok(_) => {}
                // The next poll connects anew and sends the message again.
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }
}
