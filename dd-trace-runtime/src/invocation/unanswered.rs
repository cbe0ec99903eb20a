//! An invocation whose future is dropped before it has answered: a layer outside gave up on it.

use std::ops::Deref;
use std::time::SystemTime;

use tokio::runtime::Handle;

use super::state::{Asked, Ended, InvocationState};
use crate::handler::failure::ErrorTags;
use crate::handler::outcome::Outcome;
use crate::span::aws_lambda::InvocationSpan;
use crate::spawn::spawn_boxed;
use crate::telemetry::Telemetry;

/// The span of an invocation that has not answered yet. It ends as cancelled when this is dropped.
#[derive(Debug)]
pub(super) struct Unanswered {
    pub(super) telemetry: Telemetry,
    pub(super) span: InvocationSpan,
    pub(super) asked: Asked,
    /// Of the runtime layer, if there is one.
    pub(super) state: Option<InvocationState>,
    pub(super) answered: bool,
}

impl Unanswered {
    /// The invocation with its outcome. It is the caller's to end the span.
    pub(super) fn answered(mut self, outcome: Outcome) -> Ended {
        self.answered = true;
        self.ended(outcome)
    }

    fn ended(&self, outcome: Outcome) -> Ended {
        Ended {
            span: self.span.clone(),
            asked: self.asked.clone(),
            failed: outcome.error.is_some(),
            outcome,
            end: Some(SystemTime::now()),
            watch: None,
        }
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
        let ended = self.ended(cancelled());
        if let Some(state) = &self.state {
            state.keep(ended);
        } else {
            ended.finish();
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
