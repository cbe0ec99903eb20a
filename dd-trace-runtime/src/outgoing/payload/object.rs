//! The object that gains a member.

use std::cell::Cell;

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::CarrierShape;
use super::serializer::Field;
use super::{format, key, lost, scope};

/// The struct or map that is being written.
#[derive(Debug)]
pub struct Object<'a, O> {
    inner: O,
    field: Option<Field<'a>>,
    /// The key that was just written is left out, so its value is too.
    leaves_out_value: bool,
}

impl<'a, O> Object<'a, O> {
    pub(super) fn new(inner: O, field: Option<Field<'a>>) -> Self {
        Self {
            inner,
            field,
            leaves_out_value: false,
        }
    }

    /// Whether the added member stands in place of one of the payload's own: an earlier producer's, in an
    /// event that is passed on.
    fn replaces<T: Serialize + ?Sized>(&self, name: &T) -> bool {
        self.field.is_some_and(|field| key::is(name, field.name))
    }

    /// Adds the member by `write`, or leaves it out of a format that refuses its name or its value.
    fn add<E>(
        &mut self,
        write: impl FnOnce(&mut O, &'static str, &Added<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(field) = self.field else {
            return Ok(());
        };
        scope::added();
        let added = Added {
            field,
            is_begun: Cell::new(false),
        };
        match write(&mut self.inner, field.name, &added) {
            Err(_) if field.may_be_refused && !added.is_begun.get() => {
                let format = format::of_error::<E>();
                if field.value.shape == CarrierShape::Json {
                    lost::no_room(format);
                } else {
                    lost::refused(format);
                }
                Ok(())
            }
            result => result,
        }
    }
}

/// The value of the added member.
struct Added<'a> {
    field: Field<'a>,
    /// Whether the format has taken the value: forms take no object as a value, for one, and schemas no unknown name.
    /// A failure later on, such as that of a full buffer, leaves half of the value behind, and is the payload's.
    is_begun: Cell<bool>,
}

impl Serialize for Added<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let begun = || self.is_begun.set(true);
        self.field.value.serialize(serializer, begun)
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
        if self.field.is_some_and(|field| field.name == name) {
            self.inner.skip_field(name)
        } else {
            self.inner.serialize_field(name, value)
        }
    }

    fn skip_field(&mut self, name: &'static str) -> Result<(), O::Error> {
        self.inner.skip_field(name)
    }

    fn end(mut self) -> Result<O::Ok, O::Error> {
        self.add(|inner, name, value| inner.serialize_field(name, value))?;
        self.inner.end()
    }
}

impl<O: SerializeMap> SerializeMap for Object<'_, O> {
    type Ok = O::Ok;
    type Error = O::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), O::Error> {
        self.leaves_out_value = self.replaces(name);
        if self.leaves_out_value {
            return Ok(());
        }
        self.inner.serialize_key(name)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), O::Error> {
        if self.leaves_out_value {
            return Ok(());
        }
        self.inner.serialize_value(value)
    }

    fn serialize_entry<K, V>(&mut self, name: &K, value: &V) -> Result<(), O::Error>
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        if self.replaces(name) {
            return Ok(());
        }
        self.inner.serialize_entry(name, value)
    }

    fn end(mut self) -> Result<O::Ok, O::Error> {
        self.add(|inner, name, value| inner.serialize_entry(name, value))?;
        self.inner.end()
    }
}
