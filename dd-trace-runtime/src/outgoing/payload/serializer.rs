//! A serializer that adds one field to the object that is serialised through it.

use std::fmt::Display;

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::{CarrierValue, OnConflict, key};
use crate::log;

/// Passes everything to `S`, and adds the carrier at the end of the outermost struct or map.
#[derive(Debug)]
pub struct WithCarrier<'a, S> {
    inner: S,
    field: Option<Field<'a>>,
}

/// The field to add.
#[derive(Debug, Clone, Copy)]
struct Field<'a> {
    name: &'static str,
    value: CarrierValue<'a>,
    on_conflict: OnConflict,
}

impl<'a, S> WithCarrier<'a, S> {
    pub(super) fn unchanged(inner: S) -> Self {
        Self { inner, field: None }
    }

    pub(super) fn adding(
        inner: S,
        name: &'static str,
        value: CarrierValue<'a>,
        on_conflict: OnConflict,
    ) -> Self {
        Self {
            inner,
            field: Some(Field {
                name,
                value,
                on_conflict,
            }),
        }
    }
}

/// The struct or map that is being written.
#[derive(Debug)]
pub struct Object<'a, O> {
    inner: O,
    field: Option<Field<'a>>,
    /// The key that was just written is dropped, so its value is too.
    drop_value: bool,
}

impl<O> Object<'_, O> {
    /// Whether the payload's own member goes out, given whether it has the name of the added field.
    fn keeps(&mut self, is_clash: bool) -> bool {
        if !is_clash {
            return true;
        }
        let keep = self
            .field
            .is_none_or(|field| field.on_conflict == OnConflict::Keep);
        if keep && let Some(field) = self.field.take() {
            log::debug!(
                "the payload has a field `{}` of its own; the trace context was left out",
                field.name
            );
        }
        keep
    }

    fn clashes_with<T: Serialize + ?Sized>(&self, name: &T) -> bool {
        self.field.is_some_and(|field| key::is(name, field.name))
    }
}

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $method(self, $($argument: $type),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($argument),*)
        })*
    };
}

macro_rules! forward_compound {
    ($($method:ident($($argument:ident: $type:ty),*) -> $compound:ident;)*) => {
        $(fn $method(self, $($argument: $type),*) -> Result<Self::$compound, S::Error> {
            self.inner.$method($($argument),*)
        })*
    };
}

impl<'a, S: Serializer> Serializer for WithCarrier<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = S::SerializeSeq;
    type SerializeTuple = S::SerializeTuple;
    type SerializeTupleStruct = S::SerializeTupleStruct;
    type SerializeTupleVariant = S::SerializeTupleVariant;
    type SerializeStructVariant = S::SerializeStructVariant;
    type SerializeMap = Object<'a, S::SerializeMap>;
    type SerializeStruct = Object<'a, S::SerializeStruct>;

    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        // Formats give some structs a meaning of their own under such a name: `RawValue`, for one.
        let field = self.field.filter(|_| !name.starts_with('$'));
        let len = len + usize::from(field.is_some());
        Ok(Object {
            inner: self.inner.serialize_struct(name, len)?,
            field,
            drop_value: false,
        })
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        let len = len.map(|len| len + usize::from(self.field.is_some()));
        Ok(Object {
            inner: self.inner.serialize_map(len)?,
            field: self.field,
            drop_value: false,
        })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_some(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_struct(name, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_newtype_variant(name, index, variant, value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }

    forward! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_f32(value: f32);
        serialize_f64(value: f64);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    forward_compound! {
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> SerializeTupleVariant;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> SerializeStructVariant;
    }
}

impl<O: SerializeStruct> SerializeStruct for Object<'_, O> {
    type Ok = O::Ok;
    type Error = O::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), O::Error> {
        let is_clash = self.field.is_some_and(|field| field.name == name);
        if self.keeps(is_clash) {
            self.inner.serialize_field(name, value)
        } else {
            self.inner.skip_field(name)
        }
    }

    fn skip_field(&mut self, name: &'static str) -> Result<(), O::Error> {
        self.inner.skip_field(name)
    }

    fn end(mut self) -> Result<O::Ok, O::Error> {
        if let Some(field) = self.field {
            self.inner.serialize_field(field.name, &field.value)?;
        }
        self.inner.end()
    }
}

impl<O: SerializeMap> SerializeMap for Object<'_, O> {
    type Ok = O::Ok;
    type Error = O::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), O::Error> {
        let is_clash = self.clashes_with(name);
        self.drop_value = !self.keeps(is_clash);
        if self.drop_value {
            return Ok(());
        }
        self.inner.serialize_key(name)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), O::Error> {
        if self.drop_value {
            return Ok(());
        }
        self.inner.serialize_value(value)
    }

    fn serialize_entry<K, V>(&mut self, name: &K, value: &V) -> Result<(), O::Error>
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        let is_clash = self.clashes_with(name);
        if !self.keeps(is_clash) {
            return Ok(());
        }
        self.inner.serialize_entry(name, value)
    }

    fn end(mut self) -> Result<O::Ok, O::Error> {
        if let Some(field) = self.field {
            self.inner.serialize_entry(field.name, &field.value)?;
        }
        self.inner.end()
    }
}
