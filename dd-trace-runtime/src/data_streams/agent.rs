//! Requests to the agent's `/v0.1/pipeline_stats`: the counts of Data Streams Monitoring.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::agent::back_off::BackOff;
use crate::agent::{Agent, Failure, Request, Verdict};
use crate::config::AgentAddress;
use crate::log;
use crate::sync::lock;
use crate::timer;

/// Sends bodies to the agent, over a connection of its own: a user's own provider sends its spans itself.
pub(super) struct PipelineStats {
    agent: Agent,
    back_off: Mutex<BackOff>,
}

impl PipelineStats {
    pub(super) fn new(address: AgentAddress) -> Self {
        Self {
            agent: Agent::new(
                address,
                "/v0.1/pipeline_stats",
                "Content-Encoding: gzip\r\n",
            ),
            back_off: Mutex::default(),
        }
    }

    /// Whether to send now: not in the pause after a failed send.
    pub(super) fn is_ready(&self) -> bool {
        !lock(&self.back_off).is_waiting(Instant::now())
    }

    /// Closes the kept connection.
    pub(super) fn disconnect(&self) {
        self.agent.disconnect();
    }

    /// Sends a body of gzipped MessagePack, within `limit`. Returns whether the body is done with.
    ///
    /// So is a body that the agent refuses: it would never take it. One line reports that, and one an agent that can't
    /// be reached.
    pub(super) async fn send(&self, body: &[u8], limit: Duration) -> bool {
        let started = Instant::now();
        let request = Request {
            counts: &[],
            start: &[],
            parts: &[body],
        };
        let sent = timer::within(limit, self.agent.ask(&request)).await;
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

    fn refused(&self, status: u16, complaint: &str) {
        if lock(&self.back_off).rejected() {
            log::warn!(
                "what Data Streams Monitoring counted is lost, as the agent at {} refused it with status {status}: \
                 {complaint:?}",
                self.agent
            );
        }
    }

    fn failed(&self, failure: &Failure, started: Instant) {
        if lock(&self.back_off).failed(failure, started, Instant::now()) {
            log::warn!(
                "what Data Streams Monitoring counted waits, as the agent at {} doesn't take it: {failure}; run the \
                 Datadog extension or an agent there, or set `DD_TRACE_AGENT_URL`",
                self.agent
            );
        }
    }
}

impl fmt::Debug for PipelineStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PipelineStats({})", self.agent)
    }
}
