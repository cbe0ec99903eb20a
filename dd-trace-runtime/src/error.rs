//! What a wrapped handler returns as its error, and what a span says about it.

use std::error::Error;
use std::fmt::{self, Debug, Display};

use lambda_runtime::Diagnostic;

use crate::handler::HandlerError;

/// The error of a traced handler.
///
/// It is transparent to `lambda_runtime`: the caller of the function sees the error type and message
/// that the untraced handler would have given.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TracedError<E> {
    /// The handler returned this.
    Handler(E),
    /// The event didn't fit the handler's event type; the handler was not called.
    Event(EventError),
}

impl<E> TracedError<E> {
    /// The handler's own error, if the handler was called.
    pub fn into_handler_error(self) -> Option<E> {
        match self {
            Self::Handler(error) => Some(error),
            Self::Event(_) => None,
        }
    }
}

impl<E: HandlerError> From<TracedError<E>> for Diagnostic {
    fn from(error: TracedError<E>) -> Self {
        match error {
            TracedError::Handler(error) => error.into(),
            TracedError::Event(error) => error.into(),
        }
    }
}

// `lambda_runtime` logs the error with `Debug`: the line stays what it was.
impl<E: Debug> Debug for TracedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(error) => Debug::fmt(error, f),
            Self::Event(error) => Debug::fmt(error, f),
        }
    }
}

impl<E: Display> Display for TracedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(error) => Display::fmt(error, f),
            Self::Event(error) => Display::fmt(error, f),
        }
    }
}

impl<E: Error> Error for TracedError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Handler(error) => error.source(),
            Self::Event(_) => None,
        }
    }
}

/// An event that doesn't fit the handler's event type.
#[derive(Clone, PartialEq, Eq)]
pub struct EventError {
    message: String,
}

/// The caller of the function sees the message of `lambda_runtime`'s own error.
const MESSAGE: &str = "failed to deserialize the incoming data into the function's payload type";

/// The `errorType` that `lambda_runtime` 1.5 reports for such an event: the name of a private type of
/// its own. Alarms that filter on it go on working.
const ERROR_TYPE: &str = "&lambda_runtime::deserializer::DeserializeError";

impl EventError {
    /// `path` is where in the event `error` occurred; `.` for the event itself.
    pub(crate) fn new(path: &str, error: &dyn Display) -> Self {
        let message = if path == "." {
            format!("{MESSAGE}: {error}\n")
        } else {
            format!("{MESSAGE}: [{path}] {error}\n")
        };
        Self { message }
    }
}

impl Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.trim_end())
    }
}

impl Debug for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventError")
            .field(&self.message.trim_end())
            .finish()
    }
}

impl Error for EventError {}

impl From<EventError> for Diagnostic {
    fn from(error: EventError) -> Self {
        Self {
            error_type: ERROR_TYPE.to_owned(),
            error_message: error.message,
        }
    }
}
