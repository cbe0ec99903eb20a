//! The error of a traced handler, as `lambda_runtime` posts it.

use std::any::type_name;

use lambda_runtime::Diagnostic;

use super::state::InvocationState;
use crate::handler::HandlerError;
use crate::handler::error::TracedError;
use crate::handler::failure::describe_posted;

impl<E: HandlerError> From<TracedError<E>> for Diagnostic {
    fn from(error: TracedError<E>) -> Self {
        let error = match error {
            TracedError::Handler(error) => error,
            TracedError::Event(error) => return error.into(),
        };
        let Some(state) = InvocationState::of_invocation() else {
            return error.into();
        };
        let posted: Self = error.into();
        if state.is_content() {
            state.posts_error(describe_posted(&posted));
        }
        state.posts_message(&posted.error_message);
        // Without a name from the user, `lambda_runtime` posts the path of the error's type, or of a reference to it.
        let path = type_name::<E>().trim_start_matches('&');
        if posted.error_type.trim_start_matches('&') != path {
            state.posts_error_type(&posted.error_type);
        }
        posted
    }
}
