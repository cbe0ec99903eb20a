//! What came of an invocation, as its spans say it.

use lambda_runtime::FunctionResponse;
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanRef, Status};
use serde::Serialize;

use super::answer::Answer;
use super::error_statuses::ErrorStatuses;
use super::failure::ErrorTags;
use super::status::{Probed, probe};

/// Goes to the `aws.lambda` span, and to the span of a trigger that waits for the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The HTTP status that the caller gets; `None` if the trigger isn't HTTP.
    pub(crate) status: Option<u16>,
    /// What went wrong in the function itself.
    pub(crate) error: Option<ErrorTags>,
}

/// The status with which API Gateway, a load balancer and a function URL replace the answer of a function that
/// failed or answered nothing.
const BAD_GATEWAY: u16 = 502;
/// Their status for a response that doesn't name one.
const OK: u16 = 200;

impl Outcome {
    /// For a handler that answered; `http` says whether the trigger is HTTP.
    pub(crate) fn answered(http: bool, answer: &Answer<'_>) -> Self {
        Self {
            status: http.then(|| status(answer)),
            error: None,
        }
    }

    /// For a handler that failed.
    pub(crate) fn failed(http: bool, error: ErrorTags) -> Self {
        Self {
            status: http.then_some(BAD_GATEWAY),
            error: Some(error),
        }
    }

    /// Sets it on a span that waited for it. The function's own error counts, and so does a status among `errors`, even
    /// if the function itself succeeded.
    pub(crate) fn tell(&self, span: &SpanRef<'_>, errors: &ErrorStatuses) {
        self.tell_status(span);
        if let Some(error) = &self.error {
            error.tell(span);
        } else if self.status.is_some_and(|status| errors.contains(status)) {
            span.set_status(Status::error(""));
        }
    }

    /// Sets what the function answered on a span that didn't wait for it.
    pub(crate) fn tell_status(&self, span: &SpanRef<'_>) {
        if let Some(status) = self.status {
            span.set_attribute(KeyValue::new("http.status_code", status.to_string()));
        }
    }
}

/// The status that Datadog's libraries for Python and Node agree on.
fn status(answer: &Answer<'_>) -> u16 {
    match answer {
        Answer::Stream(prelude, _) => *prelude,
        Answer::Value(value) => status_in(probe(&**value)),
        Answer::Serialize(response) => status_in(response.probe()),
        Answer::Opaque => OK,
    }
}

/// The HTTP status of a response as it is posted.
pub(crate) fn status_of<B: Serialize, S>(response: &FunctionResponse<B, S>) -> u16 {
    match response {
        FunctionResponse::BufferedResponse(response) => status_in(probe(response)),
        FunctionResponse::StreamingResponse(stream) => stream.metadata_prelude.status_code.as_u16(),
    }
}

fn status_in(probed: Probed) -> u16 {
    match probed {
        Probed::Status(status) => status,
        Probed::Nothing | Probed::Failed => BAD_GATEWAY,
        Probed::NoStatus => OK,
    }
}
