//! Embedded servers for the examples and tests.
//!
//! Each is a value that listens on a port of its own on 127.0.0.1 and stops when it is dropped:
//! [`RuntimeApi`] drives a Lambda function, [`Agent`] receives its spans; [`Queue`], [`Broker`] and
//! [`StateMachine`] carry messages from one function to the next. [`Traces`] makes traces of the spans and prints them,
//! and [`Watch`] is an agent that shows them in a browser.
//!
//! A function, one event, and its trace:
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use emulator::{Agent, Function, RuntimeApi, Traces};
//!
//! let agent = Agent::start().await?;
//! let api = RuntimeApi::start(Function::new("orders")).await?;
//! let mut process = std::process::Command::new("target/debug/orders")
//!     .envs(api.environment())
//!     .env("DD_TRACE_AGENT_URL", agent.url())
//!     .spawn()?;
//! println!("{}", api.invoke(r#"{"id":7}"#.into()).await);
//! api.idle().await; // the spans have been sent, too
//! process.kill()?;
//! println!("{}", Traces::from_spans(agent.spans()).to_tree());
//! # Ok(())
//! # }
//! ```

mod agent;
mod broker;
mod ids;
mod mailbox;
mod queue;
mod runtime_api;
mod server;
mod state_machine;
mod trace;
mod watch;
mod watched;

pub use agent::{Agent, AgentRequest, Behaviour, Incomplete, Span, SpanLink};
pub use agent::{PathwayStats, PipelineStats, Sketch, StatsBucket};
pub use broker::{Broker, Published};
pub use queue::{Message, Queue};
pub use runtime_api::{Function, FunctionError, Invocation, Outcome, RuntimeApi, Timings};
pub use state_machine::{Execution, StateMachine};
pub use trace::{Row, Trace, Traces};
pub use watch::Watch;
