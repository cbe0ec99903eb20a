//! The error tags of a call that failed.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::interceptors::context::Error;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanRef, Status};

use super::service_error::ServiceError;

#[derive(Debug)]
pub(super) struct ErrorTags {
    kind: String,
    message: String,
}

impl ErrorTags {
    pub(super) fn tell(self, span: &SpanRef<'_>) {
        span.set_status(Status::error(self.message.clone()));
        span.set_attribute(KeyValue::new("error.type", self.kind));
        span.set_attribute(KeyValue::new("error.message", self.message));
    }
}

/// The tags of a call that didn't finish.
pub(super) fn dropped() -> ErrorTags {
    ErrorTags {
        kind: "Dropped".to_owned(),
        message:
            "the call was dropped before it ended: a time limit around it, or nobody waited for it"
                .to_owned(),
    }
}

/// The service's own code and message if it answered. Otherwise the part of the call that failed, by its name in
/// `SdkError`.
pub(super) fn describe(
    error: &OrchestratorError<Error>,
    operation: &str,
    response: Option<&HttpResponse>,
    metadata: impl FnOnce(&Error) -> Option<&ErrorMetadata>,
) -> ErrorTags {
    let of_operation = error.as_operation_error();
    let ServiceError { code, message } = match of_operation.map(metadata) {
        Some(Some(metadata)) => ServiceError {
            code: metadata.code().map(ToOwned::to_owned),
            message: metadata.message().map(ToOwned::to_owned),
        },
        Some(None) => response.map(ServiceError::read).unwrap_or_default(),
        None => ServiceError::default(),
    };
    let kind = match code {
        Some(code) => code,
        None if of_operation.is_some() => format!("{operation}Error"),
        None if error.is_timeout_error() => "TimeoutError".to_owned(),
        None if error.is_connector_error() => "DispatchFailure".to_owned(),
        None if error.is_response_error() => "ResponseError".to_owned(),
        None => "ConstructionFailure".to_owned(),
    };
    ErrorTags {
        kind,
        message: message.unwrap_or_else(|| chain(error)),
    }
}

/// The messages of an error and its sources, without repetitions.
fn chain(error: &dyn StdError) -> String {
    let mut messages = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if messages.last() != Some(&message) {
            messages.push(message);
        }
        cause = error.source();
    }
    messages.join(": ")
}
