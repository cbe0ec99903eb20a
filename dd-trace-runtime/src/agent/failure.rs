//! Why the agent doesn't have what it was sent.

use std::{fmt, io};

use super::answer::Malformed;
use super::back_off::{Pauses, SILENT, UNREACHABLE};

#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no tokio runtime to make a connection in.
    NoRuntime,
    /// The runtime has no timer, and a send without a limit could hold up the function for good.
    NoTimer,
    Connect(io::Error),
    /// The connection ended before a byte of the answer: a kept one may have been too old.
    Lost(io::Error),
    /// The connection ended within the answer.
    Broken(io::Error),
    Malformed(Malformed),
    /// The agent can't take the request now.
    Busy(u16),
    TimedOut,
}

impl Failure {
    /// The pauses that follow; none if the agent was reached, as its next answer may be a different one.
    pub(crate) fn pauses(&self) -> Option<Pauses> {
        match self {
            Self::Lost(_) | Self::Broken(_) | Self::Malformed(_) | Self::Busy(_) => None,
            Self::NoRuntime | Self::NoTimer | Self::Connect(_) => Some(UNREACHABLE),
            Self::TimedOut => Some(SILENT),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRuntime => write!(f, "there is no tokio runtime"),
            Self::NoTimer => write!(f, "the tokio runtime has no timers"),
            Self::Connect(error) => write!(f, "it can't be reached ({error})"),
            Self::Lost(error) => write!(f, "it closed the connection without an answer ({error})"),
            Self::Broken(error) => write!(f, "the connection broke within its answer ({error})"),
            Self::Malformed(malformed) => write!(f, "its answer is of no use: {malformed}"),
            Self::Busy(status) => write!(f, "it answered with status {status}"),
            Self::TimedOut => write!(f, "it didn't answer in time"),
        }
    }
}
