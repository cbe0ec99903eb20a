//! The headers as the value of a member, in each of their shapes.

use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use super::CarrierShape;
use crate::context::propagation::Injected;

/// The value of the added member.
#[derive(Debug, Clone, Copy)]
pub(super) struct CarrierValue<'a> {
    pub(super) headers: &'a Injected,
    pub(super) shape: CarrierShape,
}

impl CarrierValue<'_> {
    /// Serialises the headers, and calls `begun` as soon as the format has taken a value of that kind here.
    pub(super) fn serialize<S: Serializer>(
        &self,
        serializer: S,
        begun: impl FnOnce(),
    ) -> Result<S::Ok, S::Error> {
        match self.shape {
            CarrierShape::Object => {
                let mut map = serializer.serialize_map(Some(self.headers.len()))?;
                begun();
                for (name, value) in self.headers.iter() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            CarrierShape::Json => {
                let written = serializer.serialize_str(&self.headers.to_json_string())?;
                begun();
                Ok(written)
            }
            CarrierShape::Attribute => {
                let mut attribute = serializer.serialize_struct("MessageAttribute", 2)?;
                begun();
                attribute.serialize_field("DataType", "String")?;
                attribute.serialize_field("StringValue", &self.headers.to_json_string())?;
                attribute.end()
            }
        }
    }
}
