//! An invocation whose future is dropped before it has answered: a layer outside gave up on it.

use std::ops::Deref;

use tokio::runtime::Handle;

use super::streaming::Streamed;
use crate::handler::failure::ErrorTags;
use crate::handler::outcome::Outcome;
use crate::span::aws_lambda::InvocationSpan;
use crate::spawn::spawn_boxed;
use crate::telemetry::Telemetry;

/// The span of an invocation that has not answered yet. It ends as cancelled when this is dropped.
#[derive(Debug)]
pub(super) struct Unanswered {
    span: InvocationSpan,
    telemetry: Telemetry,
    /// Whether the runtime layer sends what has ended.
    layered: bool,
    answered: bool,
}

impl Unanswered {
    pub(super) fn new(telemetry: &Telemetry, span: InvocationSpan) -> Self {
        Self {
            span,
            telemetry: telemetry.clone(),
            layered: Streamed::of_invocation().is_some(),
            answered: false,
        }
    }

    /// The span, of which there is something else to say.
    pub(super) fn answered(mut self) -> InvocationSpan {
        self.answered = true;
        self.span.clone()
    }

    /// Without our layer nothing else sends before the next invocation, which may never come.
    fn send(&self) {
        if Handle::try_current().is_ok() {
            let telemetry = self.telemetry.clone();
            spawn_boxed(Box::pin(async move { telemetry.flush().await }));
        }
    }
}

impl Deref for Unanswered {
    type Target = InvocationSpan;

    fn deref(&self) -> &InvocationSpan {
        &self.span
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        self.span.clone().finish(&cancelled());
        if !self.layered {
            self.send();
        }
    }
}

/// What the caller gets is up to whatever dropped the handler, so that there is no status to name.
fn cancelled() -> Outcome {
    Outcome {
        status: None,
        error: Some(ErrorTags {
            kind: "Cancelled".to_owned(),
            message: "the handler was dropped before it answered".to_owned(),
            stack: String::new(),
        }),
    }
}
