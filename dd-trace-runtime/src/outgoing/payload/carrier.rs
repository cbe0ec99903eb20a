//! The headers as the value of a member, in each of their shapes.

use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use super::CarrierShape;
use crate::context::carrier::Carrier;

/// The value of the added member.
#[derive(Debug, Clone, Copy)]
pub(super) struct CarrierValue<'a> {
    pub(super) carrier: &'a Carrier,
    pub(super) shape: CarrierShape,
}

impl CarrierValue<'_> {
    /// Serialises the carrier, and calls `begun` as soon as the format has taken a value of that kind here.
    pub(super) fn serialize<S: Serializer>(
        &self,
        serializer: S,
        begun: impl FnOnce(),
    ) -> Result<S::Ok, S::Error> {
        match self.shape {
            CarrierShape::Object => {
                let mut map = serializer.serialize_map(Some(self.carrier.len()))?;
                begun();
                for (name, value) in self.carrier {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            CarrierShape::Json => {
                let written = serializer.serialize_str(&self.carrier.to_json_string())?;
                begun();
                Ok(written)
            }
            CarrierShape::Attribute => {
                let mut attribute = serializer.serialize_struct("MessageAttribute", 2)?;
                begun();
                attribute.serialize_field("DataType", "String")?;
                attribute.serialize_field("StringValue", &self.carrier.to_json_string())?;
                attribute.end()
            }
        }
    }
}
