//! A payload without its trace context.

use serde::{Serialize, Serializer};

use super::scope::Scope;

/// Serialises a payload as serde's own derive would, whatever trace is active: for what is stored, not sent.
///
/// It holds for every [`TracedPayload`](derive@crate::TracedPayload) and [`Traced`](crate::Traced) inside.
///
/// ```
/// use dd_trace_runtime::{TraceContext, Traced, Untraced};
/// use serde_json::json;
///
/// let message = Traced::with_context(json!({"orderId": "1"}), TraceContext::new(1, 2, Some(1)));
/// let row = serde_json::to_string(&Untraced(&message))?;
/// assert_eq!(row, r#"{"orderId":"1"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Untraced<T>(pub T);

impl<T: Serialize> Serialize for Untraced<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _scope = Scope::enter_untraced();
        self.0.serialize(serializer)
    }
}
