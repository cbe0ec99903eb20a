//! A small MQTT broker.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::{Bytes, BytesMut};
use rumqttc::mqttbytes::v4::{
    ConnAck, ConnectReturnCode, Packet, PubAck, Publish, SubAck, SubscribeReasonCode, UnsubAck,
};
use rumqttc::mqttbytes::{Error, QoS, matches};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use crate::mailbox::Mailbox;

/// The most that AWS's broker accepts: 128 KiB.
const LARGEST_PACKET: usize = 128 * 1024;

/// How many messages a subscriber may be behind before it is disconnected.
const MOST_BEHIND: usize = 1024;

/// A published message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The topic.
    pub topic: String,
    /// The message: exactly what an `IoT` rule passes to a function whose query is `SELECT *`.
    pub payload: Bytes,
}

/// An MQTT 3.1.1 broker on a port of 127.0.0.1, without sessions, retained messages and `QoS` 2, like AWS's.
///
/// MQTT before version 5 has no headers, so the payload contains whatever a consumer has to know. Published
/// messages go to the subscribers, at `QoS` 0, and to [`next`](Self::next).
#[derive(Debug)]
pub struct Broker {
    address: SocketAddr,
    published: Mailbox<Published>,
    /// The task ends when this is dropped or used.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Broker {
    /// Starts a broker on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let published = Mailbox::new();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, published.clone(), stopped));
        Ok(Self {
            address,
            published,
            stop,
            task,
        })
    }

    /// The address for clients.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes the oldest message that hasn't been taken, waiting for one if there is none.
    pub async fn next(&self) -> Published {
        self.published.next().await
    }

    /// How many messages wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.published.len()
    }

    /// Stops the broker; its port and every connection are closed when this returns.
    pub async fn shutdown(self) {
        drop(self.stop);
        // The task fails only if it panicked or its runtime is ending, and then it is over, too.
        let _ = self.task.await;
    }
}

async fn accept(
    listener: TcpListener,
    published: Mailbox<Published>,
    mut stop: oneshot::Receiver<()>,
) {
    let (topics, _) = broadcast::channel(MOST_BEHIND);
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            _ = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        if let Ok((stream, _)) = stream {
            let session = Session::new(stream, published.clone(), topics.clone());
            connections.spawn(session.serve(topics.subscribe()));
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    connections.shutdown().await;
}

/// A client's connection.
struct Session {
    stream: TcpStream,
    incoming: BytesMut,
    connected: bool,
    filters: Vec<String>,
    published: Mailbox<Published>,
    topics: broadcast::Sender<Published>,
}

impl Session {
    fn new(
        stream: TcpStream,
        published: Mailbox<Published>,
        topics: broadcast::Sender<Published>,
    ) -> Self {
        Self {
            stream,
            incoming: BytesMut::new(),
            connected: false,
            filters: Vec::new(),
            published,
            topics,
        }
    }

    /// Serves the client until it leaves or breaks the protocol. In the latter case its connection is closed,
    /// as the standard requires.
    async fn serve(mut self, mut messages: broadcast::Receiver<Published>) {
        loop {
            let served = tokio::select! {
                packet = self.read() => match packet {
                    Some(packet) => self.answer(packet).await,
                    None => return,
                },
                message = messages.recv() => match message {
                    Ok(message) => self.deliver(message).await,
                    Err(_) => return,
                },
            };
            if served.is_none() {
                return;
            }
        }
    }

    /// The next packet. Dropping the future loses nothing.
    async fn read(&mut self) -> Option<Packet> {
        loop {
            match Packet::read(&mut self.incoming, LARGEST_PACKET) {
                Ok(packet) => return Some(packet),
                Err(Error::InsufficientBytes(_)) => {}
                Err(_) => return None,
            }
            if self.stream.read_buf(&mut self.incoming).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// Does what the packet asks for. `None` ends the connection.
    async fn answer(&mut self, packet: Packet) -> Option<()> {
        match packet {
            Packet::Connect(_) if !self.connected => {
                self.connected = true;
                let accepted = ConnAck::new(ConnectReturnCode::Success, false);
                self.write(&Packet::ConnAck(accepted)).await
            }
            _ if !self.connected => None,
            Packet::Publish(publish) => self.publish(publish).await,
            Packet::Subscribe(subscribe) => {
                let granted = SubscribeReasonCode::Success(QoS::AtMostOnce);
                let codes = vec![granted; subscribe.filters.len()];
                let filters = subscribe.filters.into_iter().map(|filter| filter.path);
                self.filters.extend(filters);
                self.write(&Packet::SubAck(SubAck::new(subscribe.pkid, codes)))
                    .await
            }
            Packet::Unsubscribe(unsubscribe) => {
                self.filters
                    .retain(|filter| !unsubscribe.topics.contains(filter));
                self.write(&Packet::UnsubAck(UnsubAck::new(unsubscribe.pkid)))
                    .await
            }
            Packet::PingReq => self.write(&Packet::PingResp).await,
            _ => None,
        }
    }

    async fn publish(&mut self, publish: Publish) -> Option<()> {
        if publish.qos == QoS::ExactlyOnce {
            return None;
        }
        let message = Published {
            topic: publish.topic,
            payload: publish.payload,
        };
        self.published.put(message.clone());
        // It fails only without a subscriber, and this connection is one.
        let _ = self.topics.send(message);
        match publish.qos {
            QoS::AtLeastOnce => self.write(&Packet::PubAck(PubAck::new(publish.pkid))).await,
            _ => Some(()),
        }
    }

    async fn deliver(&mut self, message: Published) -> Option<()> {
        let wanted = |filter: &String| matches(&message.topic, filter);
        if !self.filters.iter().any(wanted) {
            return Some(());
        }
        let publish = Publish::from_bytes(message.topic, QoS::AtMostOnce, message.payload);
        self.write(&Packet::Publish(publish)).await
    }

    async fn write(&mut self, packet: &Packet) -> Option<()> {
        let mut bytes = BytesMut::new();
        packet.write(&mut bytes, LARGEST_PACKET).ok()?;
        self.stream.write_all(&bytes).await.ok()
    }
}
