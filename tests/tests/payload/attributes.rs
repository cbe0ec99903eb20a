//! Structs: every attribute of the type and of its fields.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::compare::same;

fn as_text<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

mod in_quotes {
    use serde::Serializer;

    pub(super) fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }
}

#[derive(Serialize)]
#[serde(remote = "Duration")]
struct Seconds {
    #[serde(getter = "Duration::as_secs")]
    secs: u64,
}

#[derive(Clone, Serialize)]
struct Wire {
    id: u8,
    sku: &'static str,
}

const fn wire() -> Wire {
    Wire { id: 1, sku: "a" }
}

same! {
    plain: Object, {}
        struct Order { id: u8, sku: String, price: Option<f64>, tags: Vec<&'static str>, pair: (u8, char) }
        = Order { id: 1, sku: "a".into(), price: None, tags: vec!["x", "y"], pair: (1, 'c') };

    without_fields: Object, {}
        struct Order {}
        = Order {};

    large_numbers: Object, {}
        struct Order { signed: i64, unsigned: u64, bytes: [u8; 3], unit: () }
        = Order { signed: i64::MIN, unsigned: u64::MAX, bytes: *b"abc", unit: () };

    rename: Object, {}
        struct Order { #[serde(rename = "ID")] id: u8, #[serde(rename(serialize = "out", deserialize = "in"))] way: u8 }
        = Order { id: 1, way: 2 };

    rename_of_the_type: Object, {}
        #[serde(rename = "Purchase", tag = "type")]
        struct Order { id: u8 }
        = Order { id: 1 };

    rename_of_the_type_for_reading_alone: Object, {}
        #[serde(rename(deserialize = "Purchase"), tag = "type")]
        struct Order { id: u8 }
        = Order { id: 1 };

    rename_all_lowercase: Object, {}
        #[serde(rename_all = "lowercase")]
        struct Order { order_id: u8 }
        = Order { order_id: 1 };

    rename_all_uppercase: Object, {}
        #[serde(rename_all = "UPPERCASE")]
        struct Order { order_id: u8 }
        = Order { order_id: 1 };

    rename_all_pascal_case: Object, {}
        #[serde(rename_all = "PascalCase")]
        struct Order { order_id: u8 }
        = Order { order_id: 1 };

    rename_all_camel_case: Object, {}
        #[serde(rename_all = "camelCase")]
        struct Order { order_id: u8, #[serde(rename = "as_is")] other_id: u8 }
        = Order { order_id: 1, other_id: 2 };

    rename_all_screaming_kebab_case: Object, {}
        #[serde(rename_all(serialize = "SCREAMING-KEBAB-CASE", deserialize = "camelCase"))]
        struct Order { order_id: u8 }
        = Order { order_id: 1 };

    skip: Object, {}
        struct Order { id: u8, #[serde(skip)] one: u8, #[serde(skip_serializing)] two: u8, #[serde(skip_deserializing)] three: u8 }
        = Order { id: 1, one: 2, two: 3, three: 4 };

    skip_everything: Object, {}
        struct Order { #[serde(skip)] id: u8 }
        = Order { id: 1 };

    skip_serializing_if: Object, {
            impl Order {
                #[allow(clippy::trivially_copy_pass_by_ref)]
                fn is_zero(number: &u8) -> bool {
                    *number == 0
                }
            }
        }
        struct Order {
            #[serde(skip_serializing_if = "Option::is_none")] some: Option<u8>,
            #[serde(skip_serializing_if = "Option::is_none")] none: Option<u8>,
            #[serde(skip_serializing_if = "Self::is_zero")] zero: u8,
            #[serde(default, skip_serializing_if = "Vec::is_empty")] list: Vec<u8>,
            id: u8,
        }
        = Order { some: Some(1), none: None, zero: 0, list: vec![], id: 1 };

    flatten: Object, {}
        struct Order { id: u8, #[serde(flatten)] wire: Renamed, #[serde(flatten)] rest: BTreeMap<&'static str, u8>, last: u8 }
        = Order { id: 1, wire: Renamed { inner_id: 2 }, rest: BTreeMap::from([("a", 1), ("b", 2)]), last: 3 };

    flatten_nothing: Object, {}
        struct Order { #[serde(flatten)] none: Option<Renamed>, #[serde(flatten)] rest: HashMap<String, u8> }
        = Order { none: None, rest: HashMap::new() };

    flatten_an_enum: Object, {
            #[derive(Serialize)]
            enum Kind { Big { size: u8 } }
        }
        struct Order { id: u8, #[serde(flatten)] kind: Kind }
        = Order { id: 1, kind: Kind::Big { size: 2 } };

    with: Object, {}
        struct Order { #[serde(with = "in_quotes")] id: u8, #[serde(with = "Seconds")] age: Duration }
        = Order { id: 1, age: Duration::from_secs(2) };

    serialize_with: Object, {}
        struct Order { #[serde(serialize_with = "as_text")] id: u8, #[serde(rename = "N", serialize_with = "as_text")] number: u8 }
        = Order { id: 1, number: 2 };

    default: Object, {
            fn one() -> u8 {
                1
            }
        }
        #[serde(default)]
        #[derive(Default)]
        struct Order { id: u8, #[serde(default = "one")] count: u8 }
        = Order { id: 1, count: 2 };

    alias: Object, {}
        struct Order { #[serde(alias = "Id", alias = "ID")] id: u8 }
        = Order { id: 1 };

    into: Object, {
            impl From<Order> for Wire {
                fn from(_: Order) -> Self {
                    wire()
                }
            }
        }
        #[derive(Clone)]
        #[serde(into = "Wire")]
        struct Order(u8, u8);
        = Order(1, 2);

    into_no_object: Other, {
            impl From<Order> for String {
                fn from(_: Order) -> Self {
                    "order".into()
                }
            }
        }
        #[derive(Clone)]
        #[serde(into = "String")]
        struct Order { id: u8 }
        = Order { id: 1 };

    tag: Object, {}
        #[serde(tag = "type")]
        struct Order { id: u8 }
        = Order { id: 1 };

    transparent: Object, {}
        #[serde(transparent)]
        struct Order { wire: Wire, #[serde(skip)] cached: u8 }
        = Order { wire: wire(), cached: 1 };

    transparent_with_a_description: Object, {}
        #[serde(transparent)]
        struct Order { #[serde(with = "Seconds")] age: Duration }
        = Order { age: Duration::from_secs(2) };

    transparent_map: Object, {}
        #[serde(transparent)]
        struct Order(BTreeMap<String, u8>);
        = Order(BTreeMap::from([("a".into(), 1)]));

    transparent_text: Other, {}
        #[serde(transparent)]
        struct Order(String);
        = Order("order".into());

    transparent_list: Other, {}
        #[serde(transparent)]
        struct Order { items: Vec<Wire> }
        = Order { items: vec![wire()] };

    transparent_option: Other, {}
        #[serde(transparent)]
        struct Order(Option<u8>);
        = Order(None);

    raw_identifiers: Object, {}
        struct Order { r#type: u8, #[serde(rename = "use")] r#use: u8, r#async: u8 }
        = Order { r#type: 1, r#use: 2, r#async: 3 };

    a_raw_name: Object, {}
        #[allow(non_camel_case_types)]
        #[serde(tag = "type")]
        struct r#move { id: u8 }
        = r#move { id: 1 };

    conditional_fields: Object, {}
        struct Order { #[cfg(all())] id: u8, #[cfg(any())] gone: Missing, #[cfg_attr(all(), serde(rename = "S"))] sku: u8 }
        = Order { id: 1, sku: 2 };

    conditional_attributes: Object, {}
        #[cfg_attr(all(), serde(rename_all = "camelCase"))]
        #[cfg_attr(any(), serde(rename_all = "UPPERCASE"))]
        struct Order { order_id: u8 }
        = Order { order_id: 1 };

    several_serde_attributes: Object, {}
        #[serde(rename_all = "camelCase")]
        #[serde(tag = "type", rename = "Purchase")]
        struct Order { #[serde(rename = "ID")] #[serde(serialize_with = "as_text")] order_id: u8 }
        = Order { order_id: 1 };

    attributes_for_reading: Object, {
            impl TryFrom<u8> for Order {
                type Error = String;
                fn try_from(id: u8) -> Result<Self, String> {
                    Ok(Self { id })
                }
            }
        }
        #[serde(try_from = "u8", expecting = "an order")]
        struct Order { #[serde(deserialize_with = "nowhere", bound(deserialize = ""))] id: u8 }
        = Order { id: 1 };

    the_path_of_serde: Object, {}
        #[serde(crate = "::serde")]
        struct Order { id: u8 }
        = Order { id: 1 };

    other_attributes: Object, {}
        /// Documented.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        #[must_use]
        struct Order {
            /// Documented.
            #[doc(alias = "number")]
            id: u8,
        }
        = Order { id: 1 };

    packed: Object, {}
        #[derive(Clone, Copy)]
        #[repr(C, packed)]
        struct Order { id: u8, number: u32 }
        = Order { id: 1, number: 2 };

    text_of_every_kind: Object, {}
        struct Order { boxed: Box<str>, cow: Cow<'static, str>, quotes: &'static str, char: char }
        = Order { boxed: "a".into(), cow: "b".into(), quotes: "\"\\\n\u{7f}ü", char: '"' };
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    inner_id: u8,
}
