//! The Lambda service, as a runtime sees it.

mod function;
mod outcome;
mod protocol;
mod state;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::oneshot;

pub use self::function::Function;
pub use self::outcome::{FunctionError, Outcome};
use self::state::State;
use crate::server::Server;
use crate::watched::Watched;

/// How long Lambda lets the init phase of an on-demand function take.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// A server of the [Lambda Runtime API], version 2018-06-01, and the driver that invokes the function.
///
/// It starts no process: pass [`RuntimeApi::environment`] to one. Several pollers, such as those of a process
/// with concurrent invocations, are served in the order in which they ask.
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use emulator::{Function, Invocation, Outcome, RuntimeApi};
///
/// let api = RuntimeApi::start(Function::new("checkout")).await?;
/// let mut process = std::process::Command::new("target/debug/checkout")
///     .envs(api.environment())
///     .spawn()?;
/// let outcome = api.invoke(Invocation::new(r#"{"orderId":"1"}"#)).await;
/// assert!(matches!(outcome, Outcome::Response(_)));
/// api.idle().await; // what the function does after its response is done, too
/// process.kill()?;
/// # Ok(())
/// # }
/// ```
///
/// [Lambda Runtime API]: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#[derive(Debug)]
pub struct RuntimeApi {
    function: Function,
    server: Server,
    state: Arc<Watched<State>>,
}

/// An event for the function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The event's bytes, passed on as they are.
    pub payload: Bytes,
    /// `lambda-runtime-client-context`: JSON, as the Mobile SDK writes it.
    pub client_context: Option<String>,
    /// `lambda-runtime-trace-id`. The default is what Lambda makes for an untraced caller.
    pub trace_id: Option<String>,
    /// Replaces the function's own time limit.
    pub timeout: Option<Duration>,
    /// `lambda-runtime-deadline-ms`, if it differs from the true one: `cargo lambda` sends 600000, in 1970.
    pub deadline_ms: Option<u64>,
}

impl Invocation {
    /// An event without client context, from a caller that isn't traced by X-Ray.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self {
            payload: payload.into(),
            ..Self::default()
        }
    }
}

impl From<&str> for Invocation {
    fn from(event: &str) -> Self {
        Self::new(event.to_owned())
    }
}

impl From<&Value> for Invocation {
    fn from(event: &Value) -> Self {
        Self::new(event.to_string())
    }
}

impl From<Value> for Invocation {
    fn from(event: Value) -> Self {
        Self::from(&event)
    }
}

/// The times of the steps of one invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timings {
    /// The invocation's id, as the function knows it.
    pub request_id: String,
    /// When the event was handed to a poller.
    pub handed_out: Option<Instant>,
    /// When the whole response, or the error, had arrived.
    pub answered: Option<Instant>,
    /// When the function asked for its next event, and so had finished its work after the response.
    ///
    /// With concurrent invocations, the first poll after the response that isn't counted for an earlier
    /// invocation.
    pub next_poll: Option<Instant>,
}

impl RuntimeApi {
    /// Starts the API for `function` on a free port of 127.0.0.1.
    pub async fn start(function: Function) -> io::Result<Self> {
        let state = Arc::new(Watched::new(State::default()));
        let router = protocol::router(Arc::clone(&state), function.arn());
        let server = Server::start(router).await?;
        Ok(Self {
            function,
            server,
            state,
        })
    }

    /// The address of the API.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The variables that Lambda sets for the function's process.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        self.function.environment(self.address())
    }

    /// Invokes the function and waits until it has answered.
    ///
    /// Its time limit runs from the moment when a poller takes the event. An invocation waits in a queue for a
    /// poller, and gives up if none has ever come within ten seconds. Dropping the future doesn't stop the
    /// invocation, as with Lambda.
    pub async fn invoke(&self, invocation: Invocation) -> Outcome {
        let limit = invocation.timeout.unwrap_or(self.function.timeout);
        let (id, mut answer) = self.state.update(|state| state.enqueue(invocation, limit));
        tokio::select! {
            // An answer can come before the event is taken: the init phase failed.
            biased;
            answer = &mut answer => return answer.unwrap_or(Outcome::InitTimeout),
            taken = self.taken(&id) => if !taken {
                self.state.update(|state| state.forget(&id));
                return Outcome::InitTimeout;
            },
        }
        self.answer_within(limit, &id, answer).await
    }

    /// Waits until a poller has taken the invocation; false if no poller has ever come in time.
    async fn taken(&self, id: &str) -> bool {
        let polled = self.state.until(|state| state.polled().then_some(()));
        if tokio::time::timeout(INIT_LIMIT, polled).await.is_err() {
            return false;
        }
        self.state
            .until(|state| state.is_taken(id).then_some(()))
            .await;
        true
    }

    async fn answer_within(
        &self,
        limit: Duration,
        id: &str,
        answer: oneshot::Receiver<Outcome>,
    ) -> Outcome {
        if let Ok(Ok(outcome)) = tokio::time::timeout(limit, answer).await {
            return outcome;
        }
        self.state.update(|state| state.forget(id));
        Outcome::Timeout { limit }
    }

    /// Waits until a function under SnapStart is initialised, which is when Lambda takes its snapshot.
    ///
    /// Its process has `AWS_LAMBDA_INITIALIZATION_TYPE=snap-start` and continues after
    /// [`restore`](Self::restore).
    pub async fn initialised(&self) {
        self.state
            .until(|state| state.awaits_restore().then_some(()))
            .await;
    }

    /// Lets a function under SnapStart continue, as its restored copy would.
    pub fn restore(&self) {
        self.state.update(State::restore);
    }

    /// Waits until the function has answered everything it was given and has asked for its next event.
    ///
    /// There is no time limit: a function that hangs or has ended never asks again.
    pub async fn idle(&self) {
        self.state
            .until(|state| state.is_idle().then_some(()))
            .await;
    }

    /// The timings of every invocation so far, in the order in which they were made.
    #[must_use]
    pub fn timings(&self) -> Vec<Timings> {
        self.state.read(State::timings)
    }

    /// Stops the API; its port is closed when this returns.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}
