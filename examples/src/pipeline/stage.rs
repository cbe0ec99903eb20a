//! The functions and the servers around them, and an order's way through them.

use std::io;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use emulator::{
    Agent, AgentRequest, Broker, Invocation, Message, Outcome, Queue, RuntimeApi, Span,
    StateMachine,
};

use super::events;
use super::function::Function;
use super::options::Options;
use super::process::Process;

/// How long a function may work after its response, and how long its spans may take to arrive.
const LIMIT: Duration = Duration::from_secs(2);

/// Everything that runs.
pub(super) struct Stage {
    agent: Agent,
    queue: Queue,
    broker: Broker,
    shipping: StateMachine,
    checkout: Player,
    fulfil: Player,
    notify: Player,
    ship: Player,
    kill: Option<Function>,
}

/// A function with the API that it is invoked through.
struct Player {
    api: RuntimeApi,
    /// The process, or why there is none.
    process: Result<Process, String>,
}

impl Stage {
    /// Starts the servers, and the functions as processes of this program.
    pub(super) async fn set(options: &Options) -> io::Result<Self> {
        let executable = std::env::current_exe()?;
        let agent = Agent::start().await?;
        let queue = Queue::start("orders").await?;
        let broker = Broker::start().await?;
        let shipping = StateMachine::start("shipping").await?;
        let common = [
            ("DD_TRACE_AGENT_URL".to_owned(), agent.url()),
            ("DD_ENV".to_owned(), "example".to_owned()),
        ];
        let mut for_checkout = vec![
            ("QUEUE_URL".to_owned(), queue.url()),
            ("BROKER".to_owned(), broker.address().to_string()),
        ];
        if options.break_propagation {
            for_checkout.push(("BREAK_PROPAGATION".to_owned(), "topic".to_owned()));
        }
        let for_fulfil = vec![
            ("STATES_URL".to_owned(), shipping.url()),
            ("STATE_MACHINE_ARN".to_owned(), shipping.arn()),
        ];
        let start = |function, more: Vec<_>| {
            let environment = common.iter().cloned().chain(more).collect();
            Player::start(function, &executable, environment)
        };
        Ok(Self {
            checkout: start(Function::Checkout, for_checkout).await?,
            fulfil: start(Function::Fulfil, for_fulfil).await?,
            notify: start(Function::Notify, Vec::new()).await?,
            ship: start(Function::Ship, Vec::new()).await?,
            agent,
            queue,
            broker,
            shipping,
            kill: options.kill,
        })
    }

    /// Sends one order through the functions. Returns what went wrong on the way.
    pub(super) async fn play(&mut self) -> Vec<String> {
        self.kill().await;
        let placed = self.checkout.invoke(events::order_request().into()).await;
        let order = match self.queue.waiting() {
            0 => None,
            _ => Some(Message::event(&[self.queue.next().await])),
        };
        let notification = match self.broker.waiting() {
            0 => None,
            _ => Some(self.broker.next().await.payload),
        };
        let (fulfilled, notified) = tokio::join!(
            self.fulfil.deliver(order, "the queue"),
            self.notify.deliver(notification, "the topic"),
        );
        let parcel = match self.shipping.waiting() {
            0 => None,
            _ => Some(self.shipping.next().await.input),
        };
        let shipped = self.ship.deliver(parcel, "the state machine").await;
        self.failures([
            (Function::Checkout, placed),
            (Function::Fulfil, fulfilled),
            (Function::Notify, notified),
            (Function::Ship, shipped),
        ])
        .await
    }

    async fn kill(&mut self) {
        let victim = match self.kill {
            Some(Function::Checkout) => &mut self.checkout,
            Some(Function::Fulfil) => &mut self.fulfil,
            Some(Function::Notify) => &mut self.notify,
            Some(Function::Ship) => &mut self.ship,
            None => return,
        };
        if let Ok(process) = &mut victim.process {
            process.kill().await;
        }
    }

    /// The functions that failed, and those that worked and sent no spans.
    async fn failures(&self, results: [(Function, Result<(), String>); 4]) -> Vec<String> {
        let missing = self.missing_spans(&results).await;
        let failures = results
            .into_iter()
            .filter_map(|(function, result)| Some(format!("{function} failed: {}", result.err()?)));
        failures.chain(missing).collect()
    }

    /// Waits for the spans of the functions that worked. Returns those whose spans are still missing.
    async fn missing_spans(&self, results: &[(Function, Result<(), String>)]) -> Vec<String> {
        let expected = || {
            results
                .iter()
                .filter(|(_, result)| result.is_ok())
                .map(|(function, _)| *function)
        };
        let all = |spans: &[Span]| expected().all(|function| sent(spans, function));
        match self.agent.wait_for(all, LIMIT).await {
            Ok(_) => Vec::new(),
            Err(incomplete) => expected()
                .filter(|function| !sent(&incomplete.spans, *function))
                .map(|function| format!("{function} sent no spans within {LIMIT:?}"))
                .collect(),
        }
    }

    /// Stops everything and waits until it has ended. Returns what the agent has received.
    pub(super) async fn clear(self) -> Seen {
        for player in [self.checkout, self.fulfil, self.notify, self.ship] {
            player.stop().await;
        }
        self.queue.shutdown().await;
        self.broker.shutdown().await;
        self.shipping.shutdown().await;
        let seen = Seen {
            spans: self.agent.spans(),
            requests: self.agent.requests(),
        };
        self.agent.shutdown().await;
        seen
    }
}

/// The spans and requests that the agent has received.
pub(super) struct Seen {
    pub(super) spans: Vec<Span>,
    pub(super) requests: Vec<AgentRequest>,
}

/// Whether the span of the invocation itself has arrived.
fn sent(spans: &[Span], function: Function) -> bool {
    spans
        .iter()
        .any(|span| span.name == "aws.lambda" && span.service == function.name())
}

impl Player {
    async fn start(
        function: Function,
        executable: &Path,
        mut environment: Vec<(String, String)>,
    ) -> io::Result<Self> {
        let name = function.name();
        let api = RuntimeApi::start(emulator::Function::new(name)).await?;
        environment.extend(api.environment());
        environment.push(("DD_SERVICE".to_owned(), name.to_owned()));
        let process = Process::start(executable, name, environment)
            .map_err(|error| format!("its process could not be started ({error})"));
        Ok(Self { api, process })
    }

    async fn deliver(&mut self, event: Option<Bytes>, source: &str) -> Result<(), String> {
        match event {
            Some(event) => self.invoke(event).await,
            None => Err(format!(
                "it was not invoked, because nothing came through {source}"
            )),
        }
    }

    /// Invokes the function and waits until it has finished everything, also the work after its response.
    async fn invoke(&mut self, event: Bytes) -> Result<(), String> {
        let process = self.process.as_mut().map_err(|reason| reason.clone())?;
        let work = async {
            match self.api.invoke(Invocation::new(event)).await {
                Outcome::Response(_) => Ok(()),
                other => Err(other.to_string()),
            }
        };
        let result = tokio::select! {
            // The answer comes first: a function may answer and then end.
            biased;
            result = work => result,
            how = process.ended() => return Err(how),
        };
        let settled = async {
            tokio::select! {
                biased;
                () = self.api.idle() => Ok(()),
                how = process.ended() => Err(how),
            }
        };
        let settled = tokio::time::timeout(LIMIT, settled)
            .await
            .unwrap_or_else(|_| {
                Err(format!(
                    "it did not ask for its next event within {LIMIT:?}"
                ))
            });
        result.and(settled)
    }

    async fn stop(self) {
        if let Ok(process) = self.process {
            process.stop().await;
        }
        self.api.shutdown().await;
    }
}
