//! The active trace context as one more field of a payload.

mod carrier;
mod format;
mod key;
mod lost;
mod object;
mod reach;
mod reading;
mod scope;
mod serializer;
#[cfg(test)]
mod tests;
mod traced;
mod untraced;

use serde::ser::{Error as _, Serialize, Serializer};

use carrier::CarrierValue;
use reach::{OneObject, Reach};
pub use reading::{NotRead, Reading, Reads};
use scope::Scope;
use serializer::{Field, WithCarrier};
pub use traced::Traced;
pub use untraced::Untraced;

use crate::context::carrier::Carrier;
use crate::outgoing::trace_headers::trace_headers;

/// The shape in which a payload carries its trace context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CarrierShape {
    /// An object of headers: what Datadog's libraries read from EventBridge, Kinesis and Step Functions,
    /// and what the documented Node extractor reads.
    #[default]
    Object,
    /// The same object as a JSON text: what the documented Python extractor reads.
    Json,
    /// A message attribute that holds the JSON text: `{"DataType":"String","StringValue":"{..}"}`.
    Attribute,
}

/// The field that a payload gains.
#[derive(Debug, Clone, Copy)]
pub struct PayloadField {
    name: &'static str,
    carrier: CarrierShape,
    /// In binary formats too, of which the user says that they name their members.
    in_binary: bool,
    /// What the payload's own type can read, where that isn't everything.
    reading: Option<&'static Reading>,
}

impl PayloadField {
    /// The field of that name, in that shape.
    #[must_use]
    pub const fn new(name: &'static str, carrier: CarrierShape) -> Self {
        Self {
            name,
            carrier,
            in_binary: false,
            reading: None,
        }
    }

    /// In another shape.
    fn with_carrier(self, carrier: CarrierShape) -> Self {
        Self { carrier, ..self }
    }

    /// In binary formats too.
    #[must_use]
    pub const fn in_binary(self) -> Self {
        Self {
            in_binary: true,
            ..self
        }
    }

    /// In a shape that the payload's own type can read.
    #[must_use]
    pub const fn read_by(self, reading: &'static Reading) -> Self {
        Self {
            reading: Some(reading),
            ..self
        }
    }

    /// The shape that the payload's own type can read back, if there is one.
    fn shape(&self) -> Option<CarrierShape> {
        self.reading.map_or(Some(self.carrier), |reading| {
            reading.shape(self.name, self.carrier)
        })
    }
}

/// A payload that carries the active trace context when it is serialised: [`Serialize`], and the promise of the
/// derive macro of this name, which implements both.
///
/// ```
/// use dd_trace_runtime::TracedPayload;
///
/// fn body(payload: &impl TracedPayload) -> serde_json::Result<String> {
///     serde_json::to_string(payload)
/// }
///
/// #[derive(TracedPayload)]
/// struct Order { id: u8 }
///
/// assert_eq!(body(&Order { id: 1 })?, r#"{"id":1}"#, "no trace is active here");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not carry a trace context",
    note = "write `#[derive(TracedPayload)]` on it, or wrap it: `Traced::new(..)`"
)]
pub trait TracedPayload: Serialize {}

impl<T: TracedPayload + ?Sized> TracedPayload for &T {}
impl<T: TracedPayload + ?Sized> TracedPayload for Box<T> {}

/// Serialises a payload through `serialize`, with the active trace context as its last field.
///
/// Nothing is added where there is no active trace context, where the payload isn't an object, inside
/// another traced payload, and in formats that have no room for one more member.
pub fn serialize_payload<S, F>(
    field: &PayloadField,
    serializer: S,
    serialize: F,
) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    F: FnOnce(WithCarrier<'_, S>) -> Result<S::Ok, S::Error>,
{
    let Some(_scope) = Scope::enter() else {
        return serialize(WithCarrier::new(serializer, None));
    };
    add_carrier::<_, OneObject, _>(field, &trace_headers(), serializer, serialize)
}

/// In place of the function that serde's derive gives the copy of a payload: where serde reports a
/// mistake it gives none, and its error is enough.
pub trait NotSerialized {
    /// Uses the import of the trait, where nothing else does.
    const __IMPORTED: () = ();

    /// Never runs: what calls it did not compile.
    #[doc(hidden)]
    fn serialize<T: ?Sized, S: Serializer>(_: &T, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a payload that did not compile"))
    }
}

impl<T: ?Sized> NotSerialized for T {}

/// Serialises an outermost traced value through `serialize`, with the carrier as its last field.
fn add_carrier<S, R, F>(
    field: &PayloadField,
    carrier: &Carrier,
    serializer: S,
    serialize: F,
) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    R: Reach,
    F: FnOnce(WithCarrier<'_, S, R>) -> Result<S::Ok, S::Error>,
{
    if carrier.is_empty() {
        lost::no_context();
        return serialize(WithCarrier::new(serializer, None));
    }
    let format = format::of_error::<S::Error>();
    if !format::has_room(format, &serializer, field.in_binary) {
        if format::is_erased(format) {
            lost::erased();
        } else if serializer.is_human_readable() {
            lost::no_room(format);
        }
        return serialize(WithCarrier::new(serializer, None));
    }
    let Some(shape) = field.shape() else {
        lost::unreadable();
        return serialize(WithCarrier::new(serializer, None));
    };
    let field = Field {
        name: field.name,
        value: CarrierValue { carrier, shape },
        may_be_refused: format::may_refuse(format, &serializer),
    };
    scope::adds();
    let written = serialize(WithCarrier::new(serializer, Some(field)))?;
    if !scope::has_added() {
        lost::no_object();
    }
    Ok(written)
}
