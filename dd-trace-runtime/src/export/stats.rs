//! Requests to `/v0.1/pipeline_stats`: the counts of Data Streams Monitoring.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::agent::{Url, Verdict, verdict};
use super::back_off::BackOff;
use super::connection::{Answered, Connection};
use super::failure::Failure;
use super::lock;
use super::request::head;
use crate::config::AgentAddress;
use crate::log;
use crate::timer;

/// Sends bodies to the agent, over a connection of its own: a user's own provider sends its spans itself.
pub(crate) struct PipelineStats {
    address: AgentAddress,
    head: String,
    idle: Mutex<Option<Connection>>,
    back_off: Mutex<BackOff>,
}

impl PipelineStats {
    /// Does no I/O: the connection is opened by the first send.
    pub(crate) fn new(address: AgentAddress) -> Self {
        Self {
            head: head("/v0.1/pipeline_stats", &address),
            address,
            idle: Mutex::default(),
            back_off: Mutex::default(),
        }
    }

    /// Whether to send now: not in the pause after a failed send.
    pub(crate) fn is_ready(&self) -> bool {
        !lock(&self.back_off).is_waiting(Instant::now())
    }

    /// Closes the kept connection.
    pub(crate) fn disconnect(&self) {
        lock(&self.idle).take();
    }

    /// Sends a body of gzipped MessagePack, within `limit`. Returns whether the body is done with.
    ///
    /// So is a body that the agent refuses: it would never take it. One line reports that, and one an agent that can't
    /// be reached.
    pub(crate) async fn send(&self, body: &[u8], limit: Duration) -> bool {
        let started = Instant::now();
        let sent = timer::within(limit, self.exchange(body)).await;
        match sent.unwrap_or(Err(Failure::TimedOut)) {
            Ok(Verdict::Accepted { .. }) => {
                lock(&self.back_off).answered();
                true
            }
            Ok(Verdict::Refused { status, complaint }) => {
                self.refused(status, &complaint);
                true
            }
            Err(failure) => {
                self.failed(&failure, started);
                false
            }
        }
    }

    async fn exchange(&self, body: &[u8]) -> Result<Verdict, Failure> {
        let request = self.request(body);
        let kept = lock(&self.idle).take().filter(Connection::is_at_home);
        if let Some(connection) = kept {
            match ask(connection, &request).await {
                // An agent may close a connection at any time, and so does a sandbox that was frozen.
                Err(Failure::Lost(_)) => {}
                asked => return self.conclude(asked?),
            }
        }
        let connection = Connection::open(&self.address).await?;
        self.conclude(ask(connection, &request).await?)
    }

    fn request(&self, body: &[u8]) -> Vec<u8> {
        let length = body.len();
        let rest = format!("Content-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n");
        [self.head.as_bytes(), rest.as_bytes(), body].concat()
    }

    fn conclude(&self, (connection, answered): (Connection, Answered)) -> Result<Verdict, Failure> {
        if answered.is_reusable {
            *lock(&self.idle) = Some(connection.kept());
        }
        verdict(answered)
    }

    fn refused(&self, status: u16, complaint: &str) {
        if lock(&self.back_off).rejected() {
            log::warn!(
                "what Data Streams Monitoring counted is lost, as the agent at {} refused it with status {status}: \
                 {complaint:?}",
                Url(&self.address)
            );
        }
    }

    fn failed(&self, failure: &Failure, started: Instant) {
        let mut back_off = lock(&self.back_off);
        let outage_begins = match failure.pauses() {
            None => back_off.rejected(),
            Some(pauses) => back_off.unanswered(pauses, started, Instant::now()),
        };
        drop(back_off);
        if outage_begins {
            log::warn!(
                "what Data Streams Monitoring counted waits, as the agent at {} doesn't take it: {failure}; run the \
                 Datadog extension or an agent there, or set `DD_TRACE_AGENT_URL`",
                Url(&self.address)
            );
        }
    }
}

impl fmt::Debug for PipelineStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PipelineStats({})", Url(&self.address))
    }
}

async fn ask(
    mut connection: Connection,
    request: &[u8],
) -> Result<(Connection, Answered), Failure> {
    connection.write_bytes(request).await?;
    let answered = connection.answer().await?;
    Ok((connection, answered))
}
