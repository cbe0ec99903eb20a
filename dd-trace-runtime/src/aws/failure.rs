//! What is said about a call that failed.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::interceptors::context::Error;
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_types::error::ErrorMetadata;

#[derive(Debug)]
pub(super) struct ErrorTags {
    pub(super) kind: String,
    pub(super) message: String,
}

/// The service's own code and message where it answered; else which part of the call went wrong, by the
/// names that `SdkError` has for them.
pub(super) fn describe(
    error: &OrchestratorError<Error>,
    operation: &str,
    metadata: impl FnOnce(&Error) -> Option<&ErrorMetadata>,
) -> ErrorTags {
    let answered = error.as_operation_error();
    let metadata = answered.and_then(metadata);
    let code = metadata.and_then(ErrorMetadata::code);
    let message = metadata.and_then(ErrorMetadata::message);
    let kind = match code {
        Some(code) => code.to_owned(),
        None if answered.is_some() => format!("{operation}Error"),
        None if error.is_timeout_error() => "TimeoutError".to_owned(),
        None if error.is_connector_error() => "DispatchFailure".to_owned(),
        None if error.is_response_error() => "ResponseError".to_owned(),
        None => "ConstructionFailure".to_owned(),
    };
    ErrorTags {
        kind,
        message: message.map_or_else(|| chain(error), ToOwned::to_owned),
    }
}

/// The messages of an error and of what caused it; one that is repeated is said once.
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
