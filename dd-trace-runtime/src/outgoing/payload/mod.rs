//! The active trace context as one more field of a payload.

mod carrier;
mod format;
mod key;
mod lost;
mod object;
mod reach;
mod scope;
mod serializer;
#[cfg(test)]
mod tests;
mod traced;

use serde::ser::{Error as _, Serializer};

use carrier::CarrierValue;
use reach::{OneObject, Reach};
use scope::Scope;
use serializer::{Field, WithCarrier};
pub use traced::Traced;

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
    /// Its key.
    pub name: &'static str,
    /// The shape of its value.
    pub carrier: CarrierShape,
}

impl Default for PayloadField {
    fn default() -> Self {
        Self {
            name: "_datadog",
            carrier: CarrierShape::Object,
        }
    }
}

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
pub trait NotSerialized: Sized {
    /// Uses the import of the trait, where nothing else does.
    const __IMPORTED: () = ();

    /// Never runs: what calls it did not compile.
    #[doc(hidden)]
    fn serialize<T: ?Sized, S: Serializer>(_: &T, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a payload that did not compile"))
    }
}

impl<T> NotSerialized for T {}

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
    if !format::has_room(&serializer) {
        if serializer.is_human_readable() {
            lost::no_room(format::of_error::<S::Error>());
        }
        return serialize(WithCarrier::new(serializer, None));
    }
    let field = Field {
        name: field.name,
        value: CarrierValue {
            carrier,
            shape: field.carrier,
        },
    };
    scope::adds();
    let written = serialize(WithCarrier::new(serializer, Some(field)))?;
    if !scope::has_added() {
        lost::no_object();
    }
    Ok(written)
}
