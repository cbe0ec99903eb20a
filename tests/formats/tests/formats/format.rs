//! Each format, written and read as its own documentation shows.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A format that can be written to bytes and read back.
pub(crate) trait Format {
    /// The name in the documentation's table.
    const NAME: &'static str;

    fn write<T: Serialize>(payload: &T) -> Result<Vec<u8>, String>;

    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String>;
}

fn told<T>(result: Result<T, impl Display>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

macro_rules! formats {
    ($($format:ident $name:literal: |$payload:ident| $write:expr, |$bytes:ident| $read:expr;)*) => {
        $(pub(crate) struct $format;

        impl Format for $format {
            const NAME: &'static str = $name;

            fn write<T: Serialize>($payload: &T) -> Result<Vec<u8>, String> {
                told($write).map(Into::into)
            }

            fn read<T: DeserializeOwned>($bytes: &[u8]) -> Result<T, String> {
                told($read)
            }
        })*

        /// Calls a macro with every format.
        macro_rules! for_each_format {
            ($call:ident) => { $($call!($format);)* };
        }
    };
}

formats! {
    SerdeJson "`serde_json`": |payload| serde_json::to_vec(payload), |bytes| serde_json::from_slice(bytes);
    SimdJson "`simd-json`": |payload| simd_json::to_vec(payload), |bytes| simd_json::from_slice(&mut bytes.to_vec());
    SonicRs "`sonic-rs`": |payload| sonic_rs::to_vec(payload), |bytes| sonic_rs::from_slice(bytes);
    Ron "`ron`": |payload| ron::to_string(payload), |bytes| ron::from_str(text(bytes));
    Toml "`toml`": |payload| toml::to_string(payload), |bytes| toml::from_str(text(bytes));
    Yaml "`serde_yaml`": |payload| serde_yaml_ng::to_string(payload), |bytes| serde_yaml_ng::from_slice(bytes);
    Xml "`quick-xml`": |payload| quick_xml::se::to_string_with_root("payload", payload), |bytes| quick_xml::de::from_str(text(bytes));
    Dynamo "`serde_dynamo`": |payload| dynamo::write(payload), |bytes| dynamo::read(bytes);
    BsonDocument "`bson`, a document": |payload| document::write(payload), |bytes| document::read(bytes);
    Form "`serde_urlencoded`": |payload| serde_urlencoded::to_string(payload), |bytes| serde_urlencoded::from_bytes(bytes);
    Query "`serde_qs`": |payload| serde_qs::to_string(payload), |bytes| serde_qs::from_bytes(bytes);
    Csv "`csv`": |payload| table::write(payload), |bytes| table::read(bytes);
    Cbor "`ciborium`": |payload| cbor::write(payload), |bytes| ciborium::from_reader(bytes);
    Bson "`bson`, bytes": |payload| bson::serialize_to_vec(payload), |bytes| bson::deserialize_from_slice(bytes);
    MsgpackNamed "`rmp-serde`, named": |payload| rmp_serde::to_vec_named(payload), |bytes| rmp_serde::from_slice(bytes);
    Msgpack "`rmp-serde`": |payload| rmp_serde::to_vec(payload), |bytes| rmp_serde::from_slice(bytes);
    Avro "`apache-avro`": |payload| avro::write(payload), |bytes| avro::read(bytes);
    Bincode "`bincode`": |payload| bincode::serialize(payload), |bytes| bincode::deserialize(bytes);
    Postcard "`postcard`": |payload| postcard::to_allocvec(payload), |bytes| postcard::from_bytes(bytes);
}

/// An item of `DynamoDB` in the JSON of its API.
mod dynamo {
    use super::{DeserializeOwned, Serialize, told};

    pub(super) fn write<T: Serialize>(payload: &T) -> Result<Vec<u8>, String> {
        let item: serde_dynamo::Item = told(serde_dynamo::to_item(payload))?;
        // Through a `Value`, which orders the members.
        told(serde_json::to_vec(&told(serde_json::to_value(&item))?))
    }

    pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
        let item: serde_dynamo::Item = told(serde_json::from_slice(bytes))?;
        told(serde_dynamo::from_item(item))
    }
}

/// BSON through a document, as its drivers take it.
mod document {
    use super::{DeserializeOwned, Serialize, told};

    pub(super) fn write<T: Serialize>(payload: &T) -> Result<Vec<u8>, String> {
        told(told(bson::serialize_to_document(payload))?.to_vec())
    }

    pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
        let document = told(bson::Document::from_reader(bytes))?;
        told(bson::deserialize_from_document(document))
    }
}

/// A table of two rows, the first of which is written without an active trace.
mod table {
    use super::{DeserializeOwned, Serialize, told};

    pub(super) fn write<T: Serialize>(payload: &T) -> Result<Vec<u8>, String> {
        let mut table = csv::Writer::from_writer(Vec::new());
        {
            let _outside = opentelemetry::Context::new().attach();
            told(table.serialize(payload))?;
        }
        told(table.serialize(payload))?;
        told(table.into_inner())
    }

    pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
        let mut table = csv::Reader::from_reader(bytes);
        let last = table.deserialize().last();
        told(last.ok_or("no row")?)
    }
}

mod cbor {
    use super::{Serialize, told};

    pub(super) fn write<T: Serialize>(payload: &T) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        told(ciborium::into_writer(payload, &mut bytes))?;
        Ok(bytes)
    }
}

/// A file with one record.
mod avro {
    use apache_avro::{Reader, Schema, Writer};

    use super::{DeserializeOwned, Serialize, told};

    const SCHEMA: &str = r#"{
        "type": "record",
        "name": "payload",
        "fields": [{"name": "id", "type": "string"}, {"name": "count", "type": "int"}]
    }"#;

    pub(super) fn write<T: Serialize>(payload: &T) -> Result<Vec<u8>, String> {
        let schema = told(Schema::parse_str(SCHEMA))?;
        // Without this the marker between blocks is random.
        let file = Writer::builder().schema(&schema).writer(Vec::new());
        let mut file = told(file.marker([0; 16]).build())?;
        told(file.append_ser(payload))?;
        told(file.into_inner())
    }

    pub(super) fn read<T: DeserializeOwned>(file: &[u8]) -> Result<T, String> {
        let record = told(Reader::new(file))?.last();
        told(apache_avro::from_value(&told(record.ok_or("no record")?)?))
    }
}
