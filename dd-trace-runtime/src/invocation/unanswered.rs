//! An invocation whose future is dropped before it answers, because a layer outside gave up on it.

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
    /// The state that the runtime layer shares, if there is one.
    pub(super) state: Option<InvocationState>,
    pub(super) answered: bool,
}

impl Unanswered {
    /// The invocation with its outcome. The caller ends the span.
    pub(super) fn answered(mut self, outcome: Outcome) -> Ended {
        self.answered = true;
        self.ended(outcome)
    }

    fn ended(&self, outcome: Outcome) -> Ended {
        Ended {
            span: self.span.clone(),
            asked: self.asked.clone(),
            failed: outcome.error.is_some(),
            has_only_debug: false,
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
        self.ended(cancelled()).keep_or_finish(self.state.as_ref());
        if self.state.is_none() {
            self.send();
        }
    }
}

/// The layer that dropped the handler decides what the caller gets, so there is no status.
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
