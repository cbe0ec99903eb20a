//! Whether a payload's own type can read what is added to it.
//!
//! A type that keeps every further member in a map of texts can't read an object there. What such a part of a
//! type accepts is found by letting it read the member alone, once in a process.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::OnceLock;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value, json};

use super::CarrierShape;

/// Reads a member of that name in that shape, and says whether it could.
pub(super) type Read = fn(&'static str, CarrierShape) -> bool;

/// `Reads::<P, T>::__WHOLE` is `Some` if both types can be read: an inherent constant comes before that of a
/// trait, and it is there only where its bounds hold. A payload `P` that nobody reads by its own type may hold
/// what it likes.
#[derive(Debug)]
pub struct Reads<P: ?Sized, T: ?Sized>(PhantomData<P>, PhantomData<T>);

impl<P: DeserializeOwned, T: DeserializeOwned> Reads<P, T> {
    /// `T` reads the payload itself.
    pub const __WHOLE: Option<Read> = Some(|name, shape| reads::<T>(name, shape, Members::All));
    /// `T` is flattened: a struct then gets the members that it names, and no other.
    pub const __FLATTENED: Option<Read> =
        Some(|name, shape| reads::<T>(name, shape, Members::Named));
}

/// The constants for every other type.
pub trait NotRead {
    /// Uses the import of the trait, where nothing else does. `NotSerialized` has the shorter name for every type.
    const __READ_IMPORTED: () = ();
    /// There is no such reading.
    const __WHOLE: Option<Read> = None;
    /// There is no such reading.
    const __FLATTENED: Option<Read> = None;
}

impl<P: ?Sized, T: ?Sized> NotRead for Reads<P, T> {}

/// The parts of a payload's type that read the members it doesn't name, and the shape that they can read.
#[derive(Debug)]
pub struct Reading {
    parts: &'static [Option<Read>],
    shape: OnceLock<Option<CarrierShape>>,
}

impl Reading {
    /// Nothing is read yet.
    #[must_use]
    pub const fn new(parts: &'static [Option<Read>]) -> Self {
        Self {
            parts,
            shape: OnceLock::new(),
        }
    }

    /// The shape that was asked for if every part can read that, else a text, else none.
    pub(super) fn shape(&self, name: &'static str, asked: CarrierShape) -> Option<CarrierShape> {
        if let Some(known) = self.shape.get() {
            return *known;
        }
        let is_read =
            |shape: &CarrierShape| self.parts.iter().flatten().all(|read| read(name, *shape));
        let shape = [asked, CarrierShape::Json].into_iter().find(is_read);
        // Not by `get_or_init`: what the user's types do meanwhile is theirs.
        *self.shape.get_or_init(|| shape)
    }
}

#[derive(Clone, Copy)]
enum Members {
    All,
    Named,
}

/// Where `T` fails for another reason, such as a member that it needs, only a refusal of this one counts.
fn reads<T: DeserializeOwned>(name: &'static str, shape: CarrierShape, members: Members) -> bool {
    let is_refused = Cell::new(false);
    let read = |value: Option<Value>| {
        let rest = Rest {
            member: value.map(|value| (name, value)),
            value: None,
            members,
            is_refused: &is_refused,
        };
        T::deserialize(rest).is_ok()
    };
    read(Some(sample(shape))) || (!is_refused.get() && !read(None))
}

fn sample(shape: CarrierShape) -> Value {
    match shape {
        CarrierShape::Object => json!({"x-datadog-trace-id": "1"}),
        CarrierShape::Json => json!("{}"),
        CarrierShape::Attribute => json!({"DataType": "String", "StringValue": "{}"}),
    }
}

/// A payload of which nothing is left but the added member, or nothing at all.
struct Rest<'a> {
    member: Option<(&'static str, Value)>,
    /// The value whose key was read.
    value: Option<Value>,
    members: Members,
    is_refused: &'a Cell<bool>,
}

impl Rest<'_> {
    fn note<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result.inspect_err(|_| self.is_refused.set(true))
    }
}

impl<'de> Deserializer<'de> for Rest<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if matches!(self.members, Members::Named) {
            self.member = self.member.filter(|(name, _)| fields.contains(name));
        }
        visitor.visit_map(self)
    }

    /// An enum finds its variant by another member.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom("no variant"))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Rest<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.member.take() else {
            return Ok(None);
        };
        self.value = Some(value);
        self.note(seed.deserialize(StrDeserializer::new(name)).map(Some))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.value.take().unwrap_or_default();
        self.note(seed.deserialize(value))
    }
}
