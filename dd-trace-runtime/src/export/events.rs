//! The events of a span, as the JSON text that Datadog reads from the tag `events`.

use opentelemetry::trace::Event;
use opentelemetry::{Array, KeyValue, Value};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::limits::VALUE_LIMIT;
use super::numbers::nanoseconds;
use crate::conventions::unique_attributes;

/// `None` if there are no events. An exception is among them even if the error tags describe it.
///
/// Keeps the first events that fit: the agent cuts a longer text, and JSON that is cut can't be read.
pub(super) fn json(events: &[Event]) -> Option<String> {
    let mut text = String::new();
    for event in events {
        let Ok(event) = serde_json::to_string(&AsJson(event)) else {
            continue;
        };
        if text.len() + event.len() + 2 > VALUE_LIMIT {
            break;
        }
        text.push(if text.is_empty() { '[' } else { ',' });
        text.push_str(&event);
    }
    if text.is_empty() {
        return None;
    }
    text.push(']');
    Some(text)
}

struct AsJson<'a, T>(&'a T);

impl Serialize for AsJson<'_, Event> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(event) = self;
        let mut json = serializer.serialize_struct("Event", 3)?;
        json.serialize_field("name", &event.name)?;
        json.serialize_field("time_unix_nano", &nanoseconds(event.timestamp))?;
        if !event.attributes.is_empty() {
            json.serialize_field("attributes", &AsJson(&event.attributes))?;
        }
        json.end()
    }
}

impl Serialize for AsJson<'_, Vec<KeyValue>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = serializer.serialize_map(None)?;
        for (key, value) in unique_attributes(self.0) {
            json.serialize_entry(key, &AsJson(value))?;
        }
        json.end()
    }
}

impl Serialize for AsJson<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::I64(number) => serializer.serialize_i64(*number),
            Value::F64(number) => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text.as_str()),
            Value::Array(Array::Bool(flags)) => flags.serialize(serializer),
            Value::Array(Array::I64(numbers)) => numbers.serialize(serializer),
            Value::Array(Array::F64(numbers)) => numbers.serialize(serializer),
            Value::Array(Array::String(texts)) => {
                let mut json = serializer.serialize_seq(Some(texts.len()))?;
                for text in texts {
                    json.serialize_element(text.as_str())?;
                }
                json.end()
            }
            // The enum is non-exhaustive.
            other => serializer.serialize_str(&other.as_str()),
        }
    }
}
