//! A serializer that adds one member to the object that is serialised through it.

use std::fmt::Display;
use std::marker::PhantomData;

use serde::ser::{Serialize, Serializer};

use super::carrier::CarrierValue;
use super::object::Object;
use super::reach::{Inside, List, OneObject, Reach};
use super::scope;

/// Passes everything to `S`, and adds the carrier at the end of the outermost struct or map.
#[derive(Debug)]
pub struct WithCarrier<'a, S, R = OneObject> {
    inner: S,
    field: Option<Field<'a>>,
    reach: PhantomData<R>,
}

/// The member to add.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) value: CarrierValue<'a>,
    /// The format may refuse it, which is no failure of the payload.
    pub(super) may_be_refused: bool,
}

impl<'a, S, R> WithCarrier<'a, S, R> {
    pub(super) fn new(inner: S, field: Option<Field<'a>>) -> Self {
        Self {
            inner,
            field,
            reach: PhantomData,
        }
    }

    /// The serializer without the member, for what it can't be added to: traced values inside add their own.
    fn leave(self) -> S {
        if self.field.is_some() {
            scope::leaves();
        }
        self.inner
    }
}

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $method(self, $($argument: $type),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($argument),*)
        })*
    };
}

macro_rules! forward_list {
    ($($method:ident($($argument:ident: $type:ty),*) -> $list:ident;)*) => {
        $(fn $method(self, $($argument: $type),*) -> Result<Self::$list, S::Error> {
            Ok(List::new(self.inner.$method($($argument),*)?, self.field))
        })*
    };
}

macro_rules! forward_variant {
    ($($method:ident -> $variant:ident;)*) => {
        $(fn $method(
            self,
            name: &'static str,
            index: u32,
            variant: &'static str,
            len: usize,
        ) -> Result<Self::$variant, S::Error> {
            self.leave().$method(name, index, variant, len)
        })*
    };
}

impl<'a, S: Serializer, R: Reach> Serializer for WithCarrier<'a, S, R> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = List<'a, S::SerializeSeq, R>;
    type SerializeTuple = List<'a, S::SerializeTuple, R>;
    type SerializeTupleStruct = List<'a, S::SerializeTupleStruct, R>;
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
        Ok(Object::new(self.inner.serialize_struct(name, len)?, field))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        let len = len.map(|len| len + usize::from(self.field.is_some()));
        Ok(Object::new(self.inner.serialize_map(len)?, self.field))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_some(&Inside::<T, R>::new(value, self.field))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_newtype_struct(name, &Inside::<T, R>::new(value, self.field))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.leave()
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

    forward_list! {
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
    }

    forward_variant! {
        serialize_tuple_variant -> SerializeTupleVariant;
        serialize_struct_variant -> SerializeStructVariant;
    }
}
