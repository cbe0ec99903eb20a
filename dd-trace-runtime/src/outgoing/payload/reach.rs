//! How far the search for the object to add to goes: through `Some` and newtypes always, into lists by request.

use serde::ser::{Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct, Serializer};
use std::marker::PhantomData;

use super::scope;
use super::serializer::{Field, WithCarrier};

/// What becomes of the elements of a list.
pub trait Reach {
    /// An element as it is serialised.
    type Element<'a, T: Serialize + ?Sized + 'a>: Serialize;

    /// The element, with the member to add to the objects in it.
    fn element<'a, T: Serialize + ?Sized>(
        value: &'a T,
        field: Option<Field<'a>>,
    ) -> Self::Element<'a, T>;
}

/// Each element of a list is a payload of its own: a traced type adds its own member.
///
/// A derived type can be in a list that it holds itself. Were the serializer of the elements another one than
/// that of the list, such a type would have one for each level, and rustc would find no end of them.
#[derive(Debug)]
pub struct OneObject(());

impl Reach for OneObject {
    type Element<'a, T: Serialize + ?Sized + 'a> = &'a T;

    fn element<'a, T: Serialize + ?Sized>(value: &'a T, field: Option<Field<'a>>) -> &'a T {
        if field.is_some() {
            scope::leaves();
        }
        value
    }
}

/// Each object in a list gets the member.
#[derive(Debug)]
pub(super) struct EachObject(());

impl Reach for EachObject {
    type Element<'a, T: Serialize + ?Sized + 'a> = Inside<'a, T, Self>;

    fn element<'a, T: Serialize + ?Sized>(
        value: &'a T,
        field: Option<Field<'a>>,
    ) -> Inside<'a, T, Self> {
        Inside::new(value, field)
    }
}

/// A value inside something that is no object, and gets the member if it is one.
#[derive(Debug)]
pub(super) struct Inside<'a, T: ?Sized, R> {
    value: &'a T,
    field: Option<Field<'a>>,
    reach: PhantomData<R>,
}

impl<'a, T: ?Sized, R> Inside<'a, T, R> {
    pub(super) fn new(value: &'a T, field: Option<Field<'a>>) -> Self {
        Self {
            value,
            field,
            reach: PhantomData,
        }
    }
}

impl<T: Serialize + ?Sized, R: Reach> Serialize for Inside<'_, T, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.field.is_some() {
            scope::adds();
        }
        self.value
            .serialize(WithCarrier::<S, R>::new(serializer, self.field))
    }
}

/// The list that is being written.
#[derive(Debug)]
pub struct List<'a, L, R> {
    inner: L,
    field: Option<Field<'a>>,
    reach: PhantomData<R>,
}

impl<'a, L, R> List<'a, L, R> {
    pub(super) fn new(inner: L, field: Option<Field<'a>>) -> Self {
        Self {
            inner,
            field,
            reach: PhantomData,
        }
    }
}

macro_rules! list {
    ($($trait:ident::$method:ident;)*) => {
        $(impl<L: $trait, R: Reach> $trait for List<'_, L, R> {
            type Ok = L::Ok;
            type Error = L::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), L::Error> {
                self.inner.$method(&R::element(value, self.field))
            }

            fn end(self) -> Result<L::Ok, L::Error> {
                self.inner.end()
            }
        })*
    };
}

list! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
}
