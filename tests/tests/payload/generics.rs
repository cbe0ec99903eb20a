//! Type parameters, their bounds, lifetimes, and types that hold themselves.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use std::rc::Rc;

use serde::{Serialize, Serializer};

use crate::compare::same;

trait Source {
    type Item;
}

impl Source for () {
    type Item = u8;
}

/// A name that could be a parameter's.
#[derive(Serialize)]
struct V(u8);

/// The same, of a constant.
const N: usize = 2;

/// It implements none of serde's traits.
struct Opaque;

fn display<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

macro_rules! aliased {
    ($type:ty) => { Vec<$type> };
}

same! {
    a_parameter: Object, {}
        struct Order<T> { id: T }
        = Order { id: [1, 2] };

    a_type_of_one_letter: Object, {}
        struct Order { id: V, list: Vec<V>, sizes: [u8; N] }
        = Order { id: V(1), list: vec![V(2)], sizes: [1, 2] };

    a_type_of_one_letter_beside_a_parameter: Object, {}
        struct Order<'a, T: ?Sized> { id: &'a V, of: PhantomData<V>, next: Option<Box<Self>>, tail: T }
        = Order { id: &V(1), of: PhantomData, next: None, tail: 1 };

    a_type_of_one_letter_and_attributes: Object, {}
        #[serde(rename_all = "camelCase", tag = "kind")]
        struct Order { unit_price: V, #[serde(skip)] hidden: V, #[serde(rename = "n")] number: Option<V> }
        = Order { unit_price: V(1), hidden: V(2), number: None };

    a_type_of_one_letter_and_a_function: Object, {}
        struct Order { #[serde(serialize_with = "display")] id: u8, #[serde(skip_serializing_if = "Vec::is_empty")] list: Vec<V> }
        = Order { id: 1, list: vec![] };

    a_parameter_with_a_bound: Object, {}
        struct Order<T: Copy + Into<u64>> { id: T }
        = Order { id: 1_u8 };

    a_where_clause: Object, {}
        struct Order<T> where T: Copy, Option<T>: PartialEq { id: T }
        = Order { id: 1_u8 };

    a_default: Object, {}
        struct Order<T = u8, const N: usize = 2> { id: T, phantom: PhantomData<[T; N]> }
        = Order::<u8> { id: 1, phantom: PhantomData };

    an_unsized_tail: Object, {}
        struct Order<T: ?Sized> { id: u8, tail: T }
        = { let order: Box<Order<[u8]>> = Box::new(Order { id: 1, tail: [1, 2] }); order };

    an_associated_type: Object, {}
        struct Order<S: Source> { item: S::Item, list: Vec<S::Item> }
        = Order::<()> { item: 1, list: vec![2] };

    an_associated_type_and_a_phantom: Object, {}
        #[serde(rename_all = "SCREAMING-KEBAB-CASE")]
        struct Order<'a, S: Source, T: ?Sized> { item: S::Item, names: &'a [S::Item], phantom: PhantomData<T>, #[serde(skip)] source: Option<S> }
        = Order::<(), Opaque> { item: 1, names: &[2], phantom: PhantomData, source: None };

    a_phantom: Object, {}
        struct Order<T> { phantom: PhantomData<T>, id: u8 }
        = Order::<Opaque> { phantom: PhantomData, id: 1 };

    a_skipped_parameter: Object, {}
        struct Order<T> { #[serde(skip)] cached: Option<T>, id: u8 }
        = Order::<Opaque> { cached: None, id: 1 };

    a_parameter_with_a_function: Object, {}
        struct Order<T: Display> { #[serde(serialize_with = "display")] id: T }
        = Order { id: 1 };

    bound: Object, {}
        #[serde(bound = "S::Item: Serialize")]
        struct Order<S: Source> { item: Option<S::Item> }
        = Order::<()> { item: Some(1) };

    bound_of_serialize: Object, {}
        #[serde(bound(serialize = "S: Source<Item: Serialize>", deserialize = ""))]
        struct Order<S: Source> { item: (S::Item, u8) }
        = Order::<()> { item: (1, 2) };

    bound_of_deserialize_alone: Object, {}
        #[serde(bound(deserialize = "T: Default"))]
        struct Order<T> { id: T }
        = Order { id: 1 };

    bound_of_a_field: Object, {}
        struct Order<S: Source> { #[serde(bound = "S::Item: Serialize")] item: Option<S::Item> }
        = Order::<()> { item: Some(1) };

    no_bound: Object, {}
        #[serde(bound = "")]
        struct Order<T> { pointer: Rc<PhantomData<T>> }
        = Order::<Opaque> { pointer: Rc::new(PhantomData) };

    lifetimes: Object, {}
        struct Order<'a, 'b: 'a, T: ?Sized> { one: &'a str, two: Cow<'b, str>, three: &'a T }
        = Order { one: "a", two: "b".into(), three: "c" };

    a_constant: Object, {}
        struct Order<const N: usize> { ids: Vec<[u8; 2]>, phantom: PhantomData<[u8; N]> }
        = Order::<3> { ids: vec![[1, 2]], phantom: PhantomData };

    a_function_type: Object, {}
        struct Order<T> { make: PhantomData<fn(T) -> T>, id: u8 }
        = Order::<Opaque> { make: PhantomData, id: 1 };

    self_in_a_box: Object, {}
        struct Order { id: u8, parent: Option<Box<Self>> }
        = Order { id: 1, parent: Some(Box::new(Order { id: 2, parent: None })) };

    self_in_a_list: Object, {}
        struct Order { id: u8, parts: Vec<Self> }
        = Order { id: 1, parts: vec![Order { id: 2, parts: vec![] }, Order { id: 3, parts: vec![] }] };

    self_with_a_parameter: Object, {}
        struct Order<T> { id: T, parts: Vec<Self> }
        = Order { id: 1, parts: vec![Order { id: 2, parts: vec![] }] };

    // In the copy of the type, `Self` is replaced by the type with its parameter.
    self_with_an_associated_type: Object, {}
        struct Order<S: Source> where S::Item: Copy { item: S::Item, parent: Option<Box<Self>> }
        = Order::<()> { item: 1, parent: Some(Box::new(Order { item: 2, parent: None })) };

    self_in_a_variant: Object, {}
        #[serde(tag = "type")]
        enum Event { Group { events: Vec<Self> }, Closed }
        = Event::Group { events: vec![Event::Closed, Event::Group { events: vec![] }] };

    self_in_a_length: Object, {
            impl Order {
                const LENGTH: usize = 2;
            }
        }
        struct Order { ids: [u8; Self::LENGTH] }
        = Order { ids: [1, 2] };

    a_macro_in_a_type: Object, {}
        struct Order { ids: aliased!(u8) }
        = Order { ids: vec![1] };

    a_qualified_path: Object, {}
        struct Order<S: Source> where S::Item: Serialize { item: <S as Source>::Item }
        = Order::<()> { item: 1 };
}
