//! The agent or the extension, and the one connection kept to it.

use std::fmt;
use std::sync::Mutex;

use super::connection::{Answered, Connection};
use super::failure::Failure;
use super::lock;
use super::queue::Chunk;
use super::request::{Head, Request, authority};
use crate::config::AgentAddress;

pub(super) struct Agent {
    address: AgentAddress,
    head: Head,
    idle: Mutex<Option<Connection>>,
}

/// The agent's verdict on a request that it understood.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The body of its answer may name sampling rates.
    Accepted { answer: Vec<u8> },
    /// It will never take the request. The complaint is its answer, shortened for a log line.
    Refused { status: u16, complaint: String },
}

/// How much of a complaint a log line shows, in characters.
const COMPLAINT: usize = 200;

impl Agent {
    pub(super) fn new(address: AgentAddress) -> Self {
        Self {
            head: Head::new(&address),
            address,
            idle: Mutex::default(),
        }
    }

    /// Closes the kept connection.
    pub(super) fn disconnect(&self) {
        lock(&self.idle).take();
    }

    /// Writes a request over the kept connection if it is free, else over a new one.
    pub(super) async fn write(&self, chunks: &[Chunk]) -> Result<Connection, Failure> {
        let request = Request {
            head: &self.head,
            chunks,
        };
        let kept = lock(&self.idle).take().filter(Connection::is_at_home);
        if let Some(mut connection) = kept {
            // An agent may close a connection at any time, and so does a sandbox that was frozen.
            if connection.write(&request).await.is_ok() {
                return Ok(connection);
            }
        }
        // Boxed, as it is large and rarely needed.
        let mut connection = Box::pin(Connection::open(&self.address)).await?;
        connection.write(&request).await?;
        Ok(connection)
    }

    /// The verdict in an answer. Keeps `connection`, on which the answer came, if it can carry another request.
    pub(super) fn verdict(
        &self,
        answered: Answered,
        connection: Connection,
    ) -> Result<Verdict, Failure> {
        if answered.is_reusable {
            *lock(&self.idle) = Some(connection.kept());
        }
        verdict(answered)
    }

    /// Whether the agent has the default address, where Datadog's extension listens.
    pub(super) fn is_default(&self) -> bool {
        self.address.is_default()
    }
}

impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Url(&self.address).fmt(f)
    }
}

/// `http://127.0.0.1:8126` or `unix:///path`, as in `DD_TRACE_AGENT_URL`.
pub(super) struct Url<'a>(pub(super) &'a AgentAddress);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            AgentAddress::Tcp { host, port } => write!(f, "http://{}", authority(host, *port)),
            AgentAddress::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

pub(super) fn verdict(answered: Answered) -> Result<Verdict, Failure> {
    match answered.status {
        200..300 => Ok(Verdict::Accepted {
            answer: answered.body,
        }),
        status @ (408 | 429 | 500..) => Err(Failure::Busy(status)),
        status => Ok(Verdict::Refused {
            status,
            complaint: String::from_utf8_lossy(&answered.body)
                .chars()
                .take(COMPLAINT)
                .collect(),
        }),
    }
}
