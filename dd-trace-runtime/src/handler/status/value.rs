//! Single values as `Serialize` writes them: a key, a text, a status.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use serde::ser::{Error, Impossible, Serialize, SerializeStruct, Serializer};

/// An HTTP status has three digits.
const STATUSES: std::ops::RangeInclusive<u16> = 100..=999;

/// The status in `value`: a number, or its digits as a string.
pub(super) fn read_status<T: Serialize + ?Sized>(value: &T) -> Option<u16> {
    let mut read = None;
    let _ = value.serialize(Single(&mut |single| {
        read = match single {
            Read::Integer(number) => u16::try_from(number).ok(),
            Read::Text(text) => parse(&text),
        };
    }));
    read.filter(|status| STATUSES.contains(status))
}

/// The status with these digits.
pub(super) fn parse(digits: &str) -> Option<u16> {
    let status = digits.trim().parse().ok()?;
    STATUSES.contains(&status).then_some(status)
}

/// Whether `key` is the text `name`.
pub(super) fn read_key<T: Serialize + ?Sized>(key: &T, name: &str) -> bool {
    let mut is_it = false;
    let _ = key.serialize(Single(&mut |single| {
        is_it = matches!(single, Read::Text(text) if text == name);
    }));
    is_it
}

/// The text in `value`.
pub(super) fn read_text<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    let mut read = None;
    let _ = value.serialize(Single(&mut |single| {
        if let Read::Text(text) = single {
            read = Some(text.into_owned());
        }
    }));
    read
}

enum Read<'a> {
    Integer(i128),
    Text(Cow<'a, str>),
}

/// Passes a single value on, and ignores any other.
struct Single<'a>(&'a mut dyn FnMut(Read<'_>));

/// The value isn't single.
#[derive(Debug)]
struct NotSingle;

impl Display for NotSingle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a single value")
    }
}

impl std::error::Error for NotSingle {}

impl Error for NotSingle {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Result<T> = std::result::Result<T, NotSingle>;

macro_rules! integers {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<()> {
            (self.0)(Read::Integer(value.into()));
            Ok(())
        })*
    };
}

impl Serializer for Single<'_> {
    type Ok = ();
    type Error = NotSingle;
    type SerializeSeq = Impossible<(), NotSingle>;
    type SerializeTuple = Impossible<(), NotSingle>;
    type SerializeTupleStruct = Impossible<(), NotSingle>;
    type SerializeTupleVariant = Impossible<(), NotSingle>;
    type SerializeMap = Impossible<(), NotSingle>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), NotSingle>;

    integers! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
    }

    fn serialize_bool(self, _: bool) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.serialize_f64(value.into())
    }

    /// Readers of the JSON take `200.0` for a status, so its digits count.
    fn serialize_f64(self, value: f64) -> Result<()> {
        let mut digits = String::new();
        let _ = write!(digits, "{value}");
        self.serialize_str(&digits)
    }

    fn serialize_char(self, _: char) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_str(self, text: &str) -> Result<()> {
        (self.0)(Read::Text(text.into()));
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_none(self) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<()> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<()> {
        Err(NotSingle)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        Err(NotSingle)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        Err(NotSingle)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct> {
        Err(NotSingle)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        Err(NotSingle)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        Err(NotSingle)
    }

    /// `serde_json` passes its own numbers in such a struct if they have more digits than a float.
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self> {
        if name == "$serde_json::private::Number" {
            return Ok(self);
        }
        Err(NotSingle)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        Err(NotSingle)
    }

    fn collect_str<T: Display + ?Sized>(self, text: &T) -> Result<()> {
        (self.0)(Read::Text(text.to_string().into()));
        Ok(())
    }
}

/// The one field is the number's text.
impl SerializeStruct for Single<'_> {
    type Ok = ();
    type Error = NotSingle;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(Single(&mut *self.0))
    }

    fn end(self) -> Result<()> {
        Ok(())
    }
}
