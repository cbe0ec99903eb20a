//! The active trace context as one more field of a payload.

mod key;
mod lost;
mod serializer;
#[cfg(test)]
mod tests;
mod traced;

use std::cell::Cell;

use serde::Serialize;
use serde::ser::{Error as _, SerializeStruct, Serializer};

use serializer::WithCarrier;
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

/// Who wins if the payload has a field of that name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnConflict {
    /// The payload's own: `flatten` brought it.
    Keep,
    /// The active trace context: the payload is somebody else's event, passed on.
    Replace,
}

/// Serialises a payload through `serialize`, with the active trace context as its last field.
///
/// Nothing is added where there is no active trace context, where the payload isn't an object, inside
/// another traced payload, and for formats that count fields instead of naming them.
pub fn serialize_payload<S, F>(
    field: &PayloadField,
    serializer: S,
    serialize: F,
) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    F: FnOnce(WithCarrier<'_, S>) -> Result<S::Ok, S::Error>,
{
    let Some(_outermost) = Outermost::enter() else {
        return serialize(WithCarrier::unchanged(serializer));
    };
    if !serializer.is_human_readable() {
        return serialize(WithCarrier::unchanged(serializer));
    }
    add_carrier(
        field,
        &trace_headers(),
        OnConflict::Keep,
        serializer,
        serialize,
    )
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

pub(crate) fn add_carrier<S, F>(
    field: &PayloadField,
    carrier: &Carrier,
    on_conflict: OnConflict,
    serializer: S,
    serialize: F,
) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    F: FnOnce(WithCarrier<'_, S>) -> Result<S::Ok, S::Error>,
{
    if carrier.is_empty() {
        lost::report();
        return serialize(WithCarrier::unchanged(serializer));
    }
    let value = CarrierValue {
        carrier,
        shape: field.carrier,
    };
    serialize(WithCarrier::adding(
        serializer,
        field.name,
        value,
        on_conflict,
    ))
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Serialisation is synchronous, so "inside another payload" is a fact about the thread.
pub(crate) struct Outermost(());

impl Outermost {
    pub(crate) fn enter() -> Option<Self> {
        // Lazily: one that is made and dropped again would end the outermost.
        (!INSIDE.replace(true)).then(|| Self(()))
    }
}

impl Drop for Outermost {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

/// The value of the added field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CarrierValue<'a> {
    carrier: &'a Carrier,
    shape: CarrierShape,
}

impl Serialize for CarrierValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.shape {
            CarrierShape::Object => self.carrier.serialize(serializer),
            CarrierShape::Json => serializer.serialize_str(&self.carrier.to_json_string()),
            CarrierShape::Attribute => {
                let mut attribute = serializer.serialize_struct("MessageAttribute", 2)?;
                attribute.serialize_field("DataType", "String")?;
                attribute.serialize_field("StringValue", &self.carrier.to_json_string())?;
                attribute.end()
            }
        }
    }
}
