//! A broker in small: a message published to a topic is handed on as the bare bytes.

use std::io;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use bytes::Bytes;

use crate::mailbox::Mailbox;
use crate::server::Server;

/// A message as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The topic, without the `/topics/` it was posted under.
    pub topic: String,
    /// The message: exactly what an IoT rule hands to a function whose query is `SELECT *`.
    pub payload: Bytes,
}

/// An HTTP endpoint in the manner of AWS IoT's: `POST /topics/{topic}` publishes the request's body.
///
/// MQTT before version 5 has no headers, so whatever a consumer shall know stands in the payload.
#[derive(Debug)]
pub struct Bridge {
    server: Server,
    published: Mailbox<Published>,
}

impl Bridge {
    /// Starts a bridge on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let published = Mailbox::new();
        let router = Router::new()
            .route("/topics/{*topic}", post(publish))
            .with_state(published.clone());
        let server = Server::start(router).await?;
        Ok(Self { server, published })
    }

    /// The URL that publishes to `topic`.
    #[must_use]
    pub fn topic_url(&self, topic: &str) -> String {
        format!("{}/topics/{topic}", self.server.url())
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

    /// Stops the bridge; its port is closed when this returns.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

async fn publish(
    State(published): State<Mailbox<Published>>,
    Path(topic): Path<String>,
    payload: Bytes,
) -> &'static str {
    published.put(Published { topic, payload });
    r#"{"message":"OK"}"#
}
