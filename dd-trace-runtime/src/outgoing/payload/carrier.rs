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
    /// Serialises the headers, and calls `refused` if the format takes no object here.
    pub(super) fn serialize<S: Serializer>(
        &self,
        serializer: S,
        refused: impl FnOnce(&S::Error),
    ) -> Result<S::Ok, S::Error> {
        match self.shape {
            CarrierShape::Object => {
                let map = serializer.serialize_map(Some(self.headers.len()));
                let mut map = map.inspect_err(refused)?;
                for (name, value) in self.headers.iter() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            CarrierShape::Json => serializer.serialize_str(&self.headers.to_json_string()),
            CarrierShape::Attribute => {
                let attribute = serializer.serialize_struct("MessageAttribute", 2);
                let mut attribute = attribute.inspect_err(refused)?;
                attribute.serialize_field("DataType", "String")?;
                attribute.serialize_field("StringValue", &self.headers.to_json_string())?;
                attribute.end()
            }
        }
    }
}
