//! How an invocation ended.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;

/// What the function's caller gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The function's response; the whole of a streamed one.
    Response(Bytes),
    /// The function reported an error, or its response was refused.
    Error(FunctionError),
    /// A streamed response that ended with an error in its trailers.
    StreamError {
        /// The part that was sent before the error.
        sent: Bytes,
        /// The error.
        error: FunctionError,
    },
    /// The process reported that it can't start.
    InitError(FunctionError),
    /// No process asked for an event in the ten seconds that Lambda allows for the init phase.
    InitTimeout,
    /// The function took an event and didn't answer within its time limit.
    Timeout {
        /// The limit.
        limit: Duration,
    },
}

/// An error that a function reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FunctionError {
    /// The kind of error, such as `Runtime.ImportModuleError`.
    pub error_type: String,
    /// The error in words.
    pub error_message: String,
    /// A line for each frame.
    pub stack_trace: Vec<String>,
}

impl FunctionError {
    pub(super) fn new(error_type: &str, error_message: impl Into<String>) -> Self {
        Self {
            error_type: error_type.to_owned(),
            error_message: error_message.into(),
            stack_trace: Vec::new(),
        }
    }

    /// From the body of an error request, and its header `Lambda-Runtime-Function-Error-Type`.
    ///
    /// The API takes any body; one that isn't the documented object is kept as the message.
    pub(super) fn parse(header: Option<&str>, body: &[u8]) -> Self {
        let mut error = serde_json::from_slice::<Self>(body)
            .unwrap_or_else(|_| Self::new("", String::from_utf8_lossy(body)));
        if error.error_type.is_empty() {
            error.error_type = header.unwrap_or("Runtime.UnknownReason").into();
        }
        error
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(body) => write!(f, "response of {} bytes", body.len()),
            Self::Error(error) => write!(f, "error: {error}"),
            Self::StreamError { sent, error } => {
                write!(f, "error after {} bytes of response: {error}", sent.len())
            }
            Self::InitError(error) => write!(f, "could not start: {error}"),
            Self::InitTimeout => write!(f, "could not start: no process asked for an event"),
            Self::Timeout { limit } => {
                write!(f, "task timed out after {:.2} seconds", limit.as_secs_f64())
            }
        }
    }
}
