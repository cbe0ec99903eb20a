//! An error of a service, with its type and its sources for the span.

use std::any::type_name;
use std::error::Error;
use std::fmt::{self, Debug, Display};

use lambda_runtime::Diagnostic;

use super::failure::{ErrorTags, describe_error};

/// The error of an app under [`with_error_sources`](crate::lambda_http::with_error_sources).
///
/// It is transparent: the caller of the function sees the type and the message of the app's own error.
pub struct SourcedError(Box<dyn Sourced>);

/// The app's own error, its type erased.
trait Sourced: Error + Send + Sync {
    fn describe(&self) -> ErrorTags;
    fn into_diagnostic(self: Box<Self>) -> Diagnostic;
}

impl<E: Error + Into<Diagnostic> + Send + Sync + 'static> Sourced for E {
    fn describe(&self) -> ErrorTags {
        describe_error(type_name::<E>(), self)
    }

    fn into_diagnostic(self: Box<Self>) -> Diagnostic {
        (*self).into()
    }
}

impl SourcedError {
    pub(crate) fn new<E>(error: E) -> Self
    where
        E: Error + Into<Diagnostic> + Send + Sync + 'static,
    {
        Self(Box::new(error))
    }

    pub(super) fn describe(&self) -> ErrorTags {
        self.0.describe()
    }
}

// `lambda_runtime` logs the error with `Debug`: tracing must not change that line.
impl Debug for SourcedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.0, f)
    }
}

impl Display for SourcedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl Error for SourcedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl From<SourcedError> for Diagnostic {
    fn from(error: SourcedError) -> Self {
        error.0.into_diagnostic()
    }
}
