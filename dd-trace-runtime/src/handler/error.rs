//! What a wrapped handler returns as its error, and what a span says about it.

use std::error::Error;
use std::fmt::{self, Debug, Display};

use lambda_runtime::Diagnostic;

use super::HandlerError;
use super::event_error::EventError;

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
