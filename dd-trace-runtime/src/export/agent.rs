//! The agent or the extension, and the one connection kept to it.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::connection::{Connection, Exchanged};
use super::failure::Failure;
use super::queue::Chunk;
use super::request::{Head, Request, authority};
use crate::config::AgentAddress;

pub(super) struct Agent {
    address: AgentAddress,
    head: Head,
    idle: Mutex<Option<Connection>>,
}

/// What the agent made of a request it understood.
#[derive(Debug)]
pub(super) enum Verdict {
    /// What it answers, which may name sampling rates.
    Accepted { answer: Vec<u8> },
    /// It will never take this; what it says about that, shortened for a log line.
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
        self.idle().take();
    }

    /// Sends `chunks` over the kept connection if it is free, else over one of its own.
    pub(super) async fn post(&self, chunks: &[Chunk]) -> Result<Verdict, Failure> {
        let request = Request {
            head: &self.head,
            chunks,
        };
        let mut exchanged = self.exchange(&request).await?;
        let connection = exchanged.connection.take();
        if connection.is_some() {
            *self.idle() = connection;
        }
        verdict(exchanged)
    }

    async fn exchange(&self, request: &Request<'_>) -> Result<Exchanged, Failure> {
        let mut kept = self.idle().take().filter(Connection::is_at_home);
        loop {
            let is_kept = kept.is_some();
            let connection = match kept.take() {
                Some(connection) => connection,
                None => Connection::open(&self.address).await?,
            };
            match connection.exchange(request).await {
                // An agent may close a connection at any time, and so does a sandbox that was
                // frozen. Sending twice does no harm: both know a span by its id.
                Err(Failure::Lost(_)) if is_kept => {}
                exchanged => return exchanged,
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Option<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `http://127.0.0.1:8126` or `unix:///path`, as `DD_TRACE_AGENT_URL` has it.
impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            AgentAddress::Tcp { host, port } => write!(f, "http://{}", authority(host, *port)),
            AgentAddress::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

fn verdict(exchanged: Exchanged) -> Result<Verdict, Failure> {
    match exchanged.status {
        200..300 => Ok(Verdict::Accepted {
            answer: exchanged.body,
        }),
        status @ (408 | 429 | 500..) => Err(Failure::Busy(status)),
        status => Ok(Verdict::Refused {
            status,
            complaint: String::from_utf8_lossy(&exchanged.body)
                .chars()
                .take(COMPLAINT)
                .collect(),
        }),
    }
}
