//! Embedded servers for the examples and tests.
//!
//! Each is a value that listens on a port of its own on 127.0.0.1 and stops when it is dropped:
//! [`RuntimeApi`] drives a Lambda function, [`Agent`] receives its spans, [`Queue`] and [`Bridge`]
//! carry messages from one function to the next. [`Traces`] makes traces of the spans and prints them.

mod agent;
mod bridge;
mod ids;
mod mailbox;
mod queue;
mod runtime_api;
mod server;
mod trace;
mod watched;

pub use agent::{Agent, AgentRequest, Behaviour, Incomplete, Span, SpanLink};
pub use bridge::{Bridge, Published};
pub use queue::{Message, Queue};
pub use runtime_api::{Function, FunctionError, Invocation, Outcome, RuntimeApi, Timings};
pub use trace::{Row, Trace, Traces};
