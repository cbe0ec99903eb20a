//! What a call writes that its readers will point at.

use std::fmt;

use aws_smithy_runtime_api::client::interceptors::context::Output;

use crate::event::span_pointer::SpanPointer;

/// The pointers that an answer leads to.
type Pointers = dyn FnOnce(&Output) -> Vec<SpanPointer> + Send + Sync;

/// Known in part from the request, which is gone when the answer is there.
pub(super) struct Writes(Box<Pointers>);

impl Writes {
    /// The pointers at what an answer says was written.
    #[cfg(any(feature = "aws-dynamodb", feature = "aws-s3"))]
    pub(super) fn new(
        pointers: impl FnOnce(&Output) -> Vec<SpanPointer> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(pointers))
    }

    pub(super) fn pointers(self, output: &Output) -> Vec<SpanPointer> {
        (self.0)(output)
    }
}

impl fmt::Debug for Writes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writes")
    }
}
