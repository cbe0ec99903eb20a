//! The HTTP status in a response, found without writing the response.
//!
//! A serializer that looks only for the member `statusCode`. It skips every other value, and stops the
//! `Serialize` that drives it, with an error, as soon as it has seen that member.

#[cfg(test)]
mod tests;
mod value;

use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::ser::{
    Error, Impossible, Serialize, SerializeMap, SerializeStruct, SerializeStructVariant, Serializer,
};

use value::{read_key, read_status, read_text};

/// The member that API Gateway, load balancers and function URLs read.
const STATUS_CODE: &str = "statusCode";

/// What a response says about its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probed {
    /// It is an object with this `statusCode`.
    Status(u16),
    /// It is anything else.
    NoStatus,
    /// It is `null`.
    Nothing,
    /// It can't be written: its `Serialize` fails or panics before the status is known.
    Failed,
}

/// Finds the status in `response`.
///
/// A panic here happens again when `lambda_runtime` writes the response, and is handled there.
pub(crate) fn probe<T: Serialize + ?Sized>(response: &T) -> Probed {
    match catch_unwind(AssertUnwindSafe(|| response.serialize(Root))) {
        Ok(Ok(probed) | Err(Stop(probed))) => probed,
        Err(_) => Probed::Failed,
    }
}

/// Stops the running `Serialize`.
#[derive(Debug)]
struct Stop(Probed);

impl Stop {
    fn at(status: Option<u16>) -> Self {
        Self(status.map_or(Probed::NoStatus, Probed::Status))
    }
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the status is known")
    }
}

impl std::error::Error for Stop {}

impl Error for Stop {
    /// An error of the response's own `Serialize`.
    fn custom<T: Display>(_: T) -> Self {
        Self(Probed::Failed)
    }
}

/// The response itself.
struct Root;

/// The members of the response.
struct Members {
    /// Whether the key that a map has just written is `statusCode`.
    is_status: bool,
}

/// JSON text as it stands, which `serde_json` hands to a serializer of its own.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

macro_rules! no_object {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, _: $type) -> Result<Probed, Stop> {
            Ok(Probed::NoStatus)
        })*
    };
}

impl Serializer for Root {
    type Ok = Probed;
    type Error = Stop;
    type SerializeSeq = Impossible<Probed, Stop>;
    type SerializeTuple = Impossible<Probed, Stop>;
    type SerializeTupleStruct = Impossible<Probed, Stop>;
    type SerializeTupleVariant = Impossible<Probed, Stop>;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    no_object! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
    }

    fn serialize_none(self) -> Result<Probed, Stop> {
        Ok(Probed::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Probed, Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Probed, Stop> {
        Ok(Probed::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Probed, Stop> {
        Ok(Probed::Nothing)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
    ) -> Result<Probed, Stop> {
        Ok(Probed::NoStatus)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Probed, Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Probed, Stop> {
        Ok(Probed::NoStatus)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Stop> {
        Err(Stop(Probed::NoStatus))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Stop> {
        Err(Stop(Probed::NoStatus))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Stop> {
        Err(Stop(Probed::NoStatus))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Stop> {
        Err(Stop(Probed::NoStatus))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Stop> {
        Ok(Members { is_status: false })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Stop> {
        Ok(Members { is_status: false })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Members, Stop> {
        Err(Stop(Probed::NoStatus))
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<Probed, Stop> {
        Ok(Probed::NoStatus)
    }
}

impl Members {
    fn member<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<(), Stop> {
        match key {
            STATUS_CODE => Err(Stop::at(read_status(value))),
            RAW_VALUE => Err(Stop(
                read_text(value).map_or(Probed::Failed, |text| json(&text)),
            )),
            _ => Ok(()),
        }
    }
}

impl SerializeMap for Members {
    type Ok = Probed;
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.is_status = read_key(key, STATUS_CODE);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        if self.is_status {
            return Err(Stop::at(read_status(value)));
        }
        Ok(())
    }

    fn end(self) -> Result<Probed, Stop> {
        Ok(Probed::NoStatus)
    }
}

impl SerializeStruct for Members {
    type Ok = Probed;
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        Self::member(key, value)
    }

    fn end(self) -> Result<Probed, Stop> {
        Ok(Probed::NoStatus)
    }
}

/// Never called: a variant's name is the only member of its object.
impl SerializeStructVariant for Members {
    type Ok = Probed;
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        _: &T,
    ) -> Result<(), Stop> {
        Ok(())
    }

    fn end(self) -> Result<Probed, Stop> {
        Ok(Probed::NoStatus)
    }
}

/// The status in JSON text.
fn json(text: &str) -> Probed {
    use crate::json::Reader;

    if text.trim() == "null" {
        return Probed::Nothing;
    }
    let [status] = Reader::new(text.as_bytes()).members([STATUS_CODE.as_bytes()]);
    let status = status.and_then(|mut status| status.raw());
    Stop::at(status.and_then(|text| value::parse(text.trim_matches('"')))).0
}
