//! The agent, or the Lambda extension, as a tracer sees it.

mod payload;
mod pipeline_stats;
mod receive;
mod span;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method};

pub use self::pipeline_stats::{PathwayStats, PipelineStats, Sketch, StatsBucket};
pub use self::span::{Span, SpanLink};
use crate::server::Server;
use crate::watched::Watched;

/// What the agent does with a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes it and answers as a healthy agent does.
    #[default]
    Answer,
    /// Takes it and answers after this long.
    Delay(Duration),
    /// Reads it and never answers.
    Hang,
    /// Doesn't take it and answers with this status.
    Status(u16),
    /// Takes it and answers with bytes that aren't HTTP.
    Garbage,
    /// Takes it, answers, and closes a connection that the client believes to be kept alive.
    CloseAfterAnswer,
    /// Reads it and closes the connection.
    CloseWithoutAnswer,
}

impl Behaviour {
    /// Whether the spans of a request reach Datadog.
    fn takes(&self) -> bool {
        match self {
            Self::Answer | Self::Delay(_) | Self::Garbage | Self::CloseAfterAnswer => true,
            Self::Hang | Self::Status(_) | Self::CloseWithoutAnswer => false,
        }
    }
}

/// A request to the agent, whatever the answer was.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgentRequest {
    /// The method.
    pub method: Method,
    /// The path, such as `/v0.4/traces`.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as received.
    pub body: Bytes,
    /// When the whole request had arrived.
    pub arrived: Instant,
    /// The connection, counted from 0: requests with the same number shared one.
    pub connection: u64,
    /// The chunks of spans, or why the body isn't a v0.4 payload; empty for other paths.
    pub traces: Result<Vec<Vec<Span>>, String>,
    /// The counts of Data Streams Monitoring; `None` for other paths, and if the body can't be decoded.
    pub pipeline_stats: Option<PipelineStats>,
    /// Whether the agent took the spans.
    pub taken: bool,
}

#[derive(Debug, Default)]
struct State {
    behaviour: Behaviour,
    /// Chooses the behaviour for the request with this number, in place of `behaviour`.
    choose: Option<fn(u64) -> Behaviour>,
    /// The number of the next request.
    next: u64,
    requests: Vec<AgentRequest>,
}

impl State {
    fn next_behaviour(&mut self) -> Behaviour {
        let number = self.next;
        self.next += 1;
        self.choose
            .map_or_else(|| self.behaviour.clone(), |choose| choose(number))
    }

    fn traces(&self) -> Vec<Vec<Span>> {
        self.requests
            .iter()
            .filter(|request| request.taken)
            .filter_map(|request| request.traces.as_ref().ok())
            .flatten()
            .cloned()
            .collect()
    }

    fn spans(&self) -> Vec<Span> {
        self.traces().into_iter().flatten().collect()
    }

    fn pipeline_stats(&self) -> Vec<PipelineStats> {
        let taken = self.requests.iter().filter(|request| request.taken);
        let stats = taken.filter_map(|request| request.pipeline_stats.as_ref());
        stats.cloned().collect()
    }
}

/// The expected spans didn't arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Incomplete {
    /// The spans that did arrive.
    pub spans: Vec<Span>,
    /// How long the wait was.
    pub limit: Duration,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.spans.iter().map(|span| span.name.as_str()).collect();
        write!(
            f,
            "the awaited spans did not come within {:?}; {} came: {}",
            self.limit,
            names.len(),
            names.join(", ")
        )
    }
}

impl std::error::Error for Incomplete {}

/// A receiver of agent traffic: `PUT` or `POST /v0.4/traces`, `POST /v0.1/pipeline_stats` and `GET /info`.
///
/// It decodes more strictly than the real ones. Those take a payload with unknown members, missing members or
/// numbers of the wrong kind, and answer 200. This one answers 400 and keeps the reason.
#[derive(Debug)]
pub struct Agent {
    server: Server,
    state: Arc<Watched<State>>,
}

impl Agent {
    /// Starts an agent on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0).await
    }

    /// Starts an agent on a port of 127.0.0.1, to replace one that has ended.
    pub async fn start_on(port: u16) -> io::Result<Self> {
        let state = Arc::new(Watched::new(State::default()));
        let server = Server::start_on(port, receive::router(Arc::clone(&state))).await?;
        Ok(Self { server, state })
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// Waits until a request has arrived, whatever happens to it.
    pub async fn asked(&self) {
        self.state
            .until(|state| (!state.requests.is_empty()).then_some(()))
            .await;
    }

    /// The value for `DD_TRACE_AGENT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Does `behaviour` with every request from now on.
    pub fn set_behaviour(&self, behaviour: Behaviour) {
        self.state.update(|state| {
            state.behaviour = behaviour;
            state.choose = None;
        });
    }

    /// From the next request on, treats each as `choose` says for its number, counted from 0.
    pub fn choose_behaviour(&self, choose: fn(u64) -> Behaviour) {
        self.state.update(|state| state.choose = Some(choose));
    }

    /// Every request so far, in the order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<AgentRequest> {
        self.state.read(|state| state.requests.clone())
    }

    /// The same requests, which the agent then forgets: for senders of more than there is memory for.
    #[must_use]
    pub fn take_requests(&self) -> Vec<AgentRequest> {
        self.state
            .update(|state| std::mem::take(&mut state.requests))
    }

    /// The chunks of spans that the agent took, in the order of arrival.
    #[must_use]
    pub fn traces(&self) -> Vec<Vec<Span>> {
        self.state.read(State::traces)
    }

    /// The spans that the agent took, in the order of arrival.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.state.read(State::spans)
    }

    /// The counts of Data Streams Monitoring that the agent took, in the order of arrival.
    #[must_use]
    pub fn pipeline_stats(&self) -> Vec<PipelineStats> {
        self.state.read(State::pipeline_stats)
    }

    /// Waits until the spans that the agent took are `enough`, and gives up after `limit`.
    pub async fn wait_for(
        &self,
        enough: impl Fn(&[Span]) -> bool,
        limit: Duration,
    ) -> Result<Vec<Span>, Incomplete> {
        let spans = self.state.until(|state| {
            let spans = state.spans();
            enough(&spans).then_some(spans)
        });
        tokio::time::timeout(limit, spans)
            .await
            .map_err(|_| Incomplete {
                spans: self.spans(),
                limit,
            })
    }

    /// Stops the agent; its port is closed when this returns.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}
