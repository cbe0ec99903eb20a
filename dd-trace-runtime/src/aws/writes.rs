//! What a call writes, for span pointers.

use std::fmt;

use aws_smithy_runtime_api::client::interceptors::context::Output;

use crate::event::span_pointer::SpanPointer;

/// Makes span pointers from the response of a call.
type Pointers = dyn FnOnce(&Output) -> Vec<SpanPointer> + Send + Sync;

/// It holds what it needs of the request, which is gone when the response arrives.
pub(super) struct Writes(Box<Pointers>);

impl Writes {
    /// The span pointers to what was written, according to the response.
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
