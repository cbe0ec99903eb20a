//! The Datadog agent, or the Lambda extension in its place: a request, and its answer.
//!
//! - In: the body of a request to one of the agent's paths.
//! - Out: whether the agent has taken it, and if it hasn't, why, and when to try again.
//! - Next: [`export`](crate::export), which sends spans, and `data_streams`, which sends counts.
//!
//! [`Request`] → [`Connection`] → [`Answer`] → [`Verdict`]. One connection is kept between two requests.

mod answer;
pub(crate) mod back_off;
mod connection;
mod failure;
mod request;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::sync::Mutex;

pub(crate) use self::answer::Answer;
pub(crate) use self::connection::Connection;
pub(crate) use self::failure::Failure;
pub(crate) use self::request::Request;
use crate::config::AgentAddress;
use crate::sync::lock;

/// One path of the agent, and the connection kept to it.
pub(crate) struct Agent {
    address: AgentAddress,
    /// The head of every request, up to its numbers.
    head: String,
    idle: Mutex<Option<Connection>>,
}

/// The agent's verdict on a request that it understood.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The body of its answer may name sampling rates.
    Accepted { answer: Vec<u8> },
    /// It will never take the request. The complaint is its answer, shortened for a log line.
    Refused { status: u16, complaint: String },
}

/// How much of a complaint a log line shows, in characters.
const COMPLAINT: usize = 200;

impl Agent {
    /// Does no I/O: the connection is opened by the first request.
    ///
    /// `headers` are those that every request to this path has besides the usual ones, each with its line break.
    pub(crate) fn new(address: AgentAddress, path: &str, headers: &str) -> Self {
        Self {
            head: request::head(path, headers, &address),
            address,
            idle: Mutex::default(),
        }
    }

    /// Closes the kept connection.
    pub(crate) fn disconnect(&self) {
        lock(&self.idle).take();
    }

    /// Writes a request over the kept connection if it is free, else over a new one.
    pub(crate) async fn write<P: AsRef<[u8]>>(
        &self,
        request: &Request<'_, P>,
    ) -> Result<Connection, Failure> {
        let kept = lock(&self.idle).take().filter(Connection::is_at_home);
        if let Some(mut connection) = kept {
            // An agent may close a connection at any time, and so does a sandbox that was frozen.
            if connection.write(&self.head, request).await.is_ok() {
                return Ok(connection);
            }
        }
        // Boxed, as it is large and rarely needed.
        let mut connection = Box::pin(Connection::open(&self.address)).await?;
        connection.write(&self.head, request).await?;
        Ok(connection)
    }

    /// The verdict in an answer. Keeps `connection`, on which the answer came, if it can carry another request.
    pub(crate) fn verdict(
        &self,
        answer: Answer,
        connection: Connection,
    ) -> Result<Verdict, Failure> {
        if answer.is_reusable {
            *lock(&self.idle) = Some(connection.kept());
        }
        match answer.status {
            200..300 => Ok(Verdict::Accepted {
                answer: answer.body,
            }),
            status @ (408 | 429 | 500..) => Err(Failure::Busy(status)),
            status => Ok(Verdict::Refused {
                status,
                complaint: String::from_utf8_lossy(&answer.body)
                    .chars()
                    .take(COMPLAINT)
                    .collect(),
            }),
        }
    }

    /// Writes a request and waits for the verdict.
    #[cfg(feature = "dsm")]
    pub(crate) async fn ask<P: AsRef<[u8]>>(
        &self,
        request: &Request<'_, P>,
    ) -> Result<Verdict, Failure> {
        loop {
            let mut connection = self.write(request).await?;
            match connection.answer().await {
                // The agent may have closed a connection that was kept open; a new one is tried.
                Err(Failure::Lost(_)) if connection.is_kept() => {}
                answer => return self.verdict(answer?, connection),
            }
        }
    }

    /// Whether the agent has the default address, where Datadog's extension listens.
    pub(crate) fn is_default(&self) -> bool {
        self.address.is_default()
    }
}

impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}
