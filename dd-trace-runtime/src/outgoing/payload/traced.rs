//! A value of somebody else's type, with the trace context added.

use serde::{Serialize, Serializer};

use super::reach::EachObject;
use super::scope::Scope;
use super::{CarrierShape, PayloadField, TracedPayload, add_carrier};
use crate::context::trace_context::TraceContext;
use crate::outgoing::trace_headers::{headers_of, trace_headers};

/// Adds the active trace context to a value whose type you don't own, when it is serialised.
///
/// It is added to the object that the value is, or holds in an `Option` or a newtype, and to each object of a
/// list. Anything else passes unchanged, and so does everything where no trace context is active. A `_datadog`
/// that the value has already is replaced.
///
/// ```
/// use dd_trace_runtime::{TraceContext, Traced};
/// use serde_json::json;
///
/// let producer = TraceContext::new(1, 2, Some(1));
/// let payload = Traced::with_context(json!({"orderId": "1"}), producer);
/// let text = serde_json::to_string(&payload)?;
/// assert!(text.starts_with(r#"{"orderId":"1","_datadog":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2""#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Traced<T> {
    value: T,
    context: Option<TraceContext>,
    field: PayloadField,
}

impl<T> Traced<T> {
    /// With the trace context that is active when the value is serialised.
    pub fn new(value: T) -> Self {
        Self {
            value,
            context: None,
            field: PayloadField::new("_datadog", CarrierShape::Object),
        }
    }

    /// With this trace context, whatever is active.
    pub fn with_context(value: T, context: TraceContext) -> Self {
        Self {
            context: Some(context),
            ..Self::new(value)
        }
    }

    /// In another shape than an object of headers.
    #[must_use]
    pub fn carrier(self, shape: CarrierShape) -> Self {
        Self {
            field: self.field.with_carrier(shape),
            ..self
        }
    }

    /// In binary formats too, which must be ones that name their members: CBOR, `MessagePack` with names. See
    /// [`guide::formats`](crate::guide::formats).
    #[must_use]
    pub fn in_binary(self) -> Self {
        Self {
            field: self.field.in_binary(),
            ..self
        }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: Serialize> Serialize for Traced<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let scope = match self.context {
            Some(_) => Scope::enter_with_context(),
            None => Scope::enter(),
        };
        let Some(_scope) = scope else {
            return self.value.serialize(serializer);
        };
        let carrier = match &self.context {
            Some(context) => headers_of(context),
            None => trace_headers(),
        };
        add_carrier::<_, EachObject, _>(&self.field, &carrier, serializer, |serializer| {
            self.value.serialize(serializer)
        })
    }
}

impl<T: Serialize> TracedPayload for Traced<T> {}
