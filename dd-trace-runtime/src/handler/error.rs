//! The error of a traced handler, and what a span says about it.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug, Display};

use super::event_error::EventError;
#[cfg(feature = "tracing")]
use super::last_failure;

/// The error of a traced handler.
///
/// It is transparent to `lambda_runtime`: the caller of the function sees the same error type and message as
/// from the untraced handler.
///
/// It is a [`std::error::Error`] if `E` can be printed, even if `E` itself isn't one, as
/// `lambda_runtime::Error` and `anyhow::Error` are not. So `?` converts it into these, and the layers of
/// `tower` accept a traced handler:
///
/// ```
/// use dd_trace_runtime::{RawEvent, traced_handler};
/// use lambda_runtime::{Error, LambdaEvent};
/// use serde_json::Value;
///
/// #[traced_handler]
/// async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
///     Ok(event.payload)
/// }
///
/// async fn logged(event: LambdaEvent<RawEvent>) -> Result<Value, Error> {
///     let answer = handler(event).await?;
///     println!("{answer}");
///     Ok(answer)
/// }
/// ```
///
/// Its [`source`](Error::source) is the one of an `E` that is a boxed error, and nothing for another `E`, whose
/// type is not known here. Take the error out with [`into_handler_error`](Self::into_handler_error) to print
/// its chain. The span always has the whole chain.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TracedError<E> {
    /// The handler's own error.
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

// `lambda_runtime` logs the error with `Debug`: tracing must not change that line.
impl<E: Debug> Debug for TracedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "tracing")]
        last_failure::is_printed();
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

// `E: Error` would exclude `lambda_runtime::Error`, which is a `Box<dyn Error>`. Rust can't ask whether a
// general `E` is an error after all, so only the known types have a source.
impl<E: Debug + Display + 'static> Error for TracedError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Handler(error) => boxed(error)?.source(),
            Self::Event(_) => None,
        }
    }
}

/// The error in the box, if `error` is one.
fn boxed(error: &dyn Any) -> Option<&(dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        return Some(error.as_ref());
    }
    let error = error.downcast_ref::<Box<dyn Error>>()?;
    Some(error.as_ref())
}
