//! An event that a handler can't take.

use std::error::Error;
use std::fmt::{self, Debug, Display};

use lambda_runtime::Diagnostic;

/// An event that doesn't fit the handler's event type.
#[derive(Clone, PartialEq, Eq)]
pub struct EventError {
    message: String,
}

/// The caller of the function sees the message of `lambda_runtime`'s own error.
const MESSAGE: &str = "failed to deserialize the incoming data into the function's payload type";

/// The `errorType` that `lambda_runtime` 1.5 reports for such an event: the name of a private type of its own.
/// Alarms that filter on it keep working.
const ERROR_TYPE: &str = "&lambda_runtime::deserializer::DeserializeError";

impl EventError {
    /// `path` is the place of `error` in the event; `.` is the event itself.
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
