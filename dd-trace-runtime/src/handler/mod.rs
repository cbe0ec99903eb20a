//! What a traced handler may take and return, and what comes of it.
//!
//! - In: the handler's parameter types; later its response, its error or its panic.
//! - Out: the decoded event; later the [`outcome`] that the spans are told: a [`status`], a [`failure`], a
//!   [`panic`].
//! - Next: [`invocation`](crate::invocation), which runs the handler.

pub(crate) mod answer;
pub(crate) mod error;
pub(crate) mod error_statuses;
pub(crate) mod event_error;
pub(crate) mod failure;
#[cfg(feature = "tracing")]
pub(crate) mod last_failure;
pub(crate) mod outcome;
pub(crate) mod panic;
#[cfg(feature = "lambda_http")]
pub(crate) mod sourced_error;
pub(crate) mod status;

use std::fmt::Debug;

use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde::de::DeserializeOwned;

use self::event_error::EventError;
use crate::event::raw::RawEvent;

/// The event parameter of a traced handler: [`LambdaEvent<T>`] for any `T` that can be deserialised from the
/// event.
#[diagnostic::on_unimplemented(
    message = "a traced handler cannot take `{Self}` as its event",
    label = "not a `LambdaEvent`",
    note = "take `LambdaEvent<T>`, where `T` implements `serde::Deserialize`",
    note = "the `LambdaEvent` of another version of `lambda_runtime` than 1.5 is another type; `cargo tree -d` shows two",
    note = "a function of a `lambda_http::Request` needs no attribute; write `dd_trace_runtime::lambda_http::run(service_fn(handler))`"
)]
pub trait HandlerInput: Sized + sealed::Input {
    /// Makes the parameter from the event as received.
    #[doc(hidden)]
    fn decode(event: RawEvent, context: Context) -> Result<Self, EventError>;
}

impl<T: DeserializeOwned + 'static> HandlerInput for LambdaEvent<T> {
    fn decode(event: RawEvent, context: Context) -> Result<Self, EventError> {
        let payload = match event.parse_text() {
            Some(Ok(payload)) => payload,
            parsed => locate(&event, parsed.and_then(Result::err))?,
        };
        Ok(Self::new(payload, context))
    }
}

/// Parses a second time after an `error`, with the path, for the message that `lambda_runtime` would have
/// given. Also parses bytes that aren't valid text, which are rare: each way to parse is a copy of the event
/// type's code.
#[cold]
fn locate<T: DeserializeOwned>(
    event: &RawEvent,
    error: Option<serde_json::Error>,
) -> Result<T, EventError> {
    let mut json = serde_json::Deserializer::from_slice(event.as_bytes());
    match (serde_path_to_error::deserialize(&mut json), error) {
        (Err(located), _) => Err(EventError::new(&located.path().to_string(), &located)),
        // A `Deserialize` that fails only sometimes.
        (Ok(_), Some(error)) => Err(EventError::new(".", &error)),
        (Ok(event), None) => Ok(event),
    }
}

/// The return type of a traced handler: `Result<T, E>`.
#[diagnostic::on_unimplemented(
    message = "a traced handler cannot return `{Self}`",
    label = "not a `Result`",
    note = "return `Result<T, E>`, where `E` is an error that `lambda_runtime` accepts"
)]
pub trait HandlerOutput: Sized + sealed::Output {
    /// The response.
    type Response;
    /// The error.
    type Error;

    /// Returns `self` as a `Result`.
    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Response, Self::Error>;
}

impl<T, E> HandlerOutput for Result<T, E> {
    type Response = T;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}

/// An error that a traced handler may return: any that `lambda_runtime` accepts.
#[diagnostic::on_unimplemented(
    message = "a traced handler cannot fail with `{Self}`",
    label = "not an error that `lambda_runtime` accepts",
    note = "use `lambda_runtime::Error`, or implement `Debug` and `From<{Self}> for lambda_runtime::Diagnostic`",
    note = "for `anyhow`, `eyre` and `miette`, enable the feature of that name of `lambda_runtime`"
)]
pub trait HandlerError: Into<Diagnostic> + Debug {}

// Our words above say what to write; the bounds don't.
#[diagnostic::do_not_recommend]
impl<E: Into<Diagnostic> + Debug> HandlerError for E {}

mod sealed {
    pub trait Input {}
    impl<T> Input for lambda_runtime::LambdaEvent<T> {}

    pub trait Output {}
    impl<T, E> Output for Result<T, E> {}
}
