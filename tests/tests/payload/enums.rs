//! Enums that are JSON objects: their tags, and the attributes of their variants.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::compare::same;

#[derive(Serialize)]
struct Wire {
    id: u8,
}

fn wrapped<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    BTreeMap::from([("wrapped", number)]).serialize(serializer)
}

same! {
    internally_tagged_unit: Object, {}
        #[serde(tag = "type")]
        enum Event { Closed }
        = Event::Closed;

    internally_tagged_struct: Object, {}
        #[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
        enum Event { OrderPlaced { order_id: u8 }, Closed }
        = Event::OrderPlaced { order_id: 1 };

    internally_tagged_newtype: Object, {}
        #[serde(tag = "type")]
        enum Event { Placed(Wire), Closed }
        = Event::Placed(Wire { id: 1 });

    internally_tagged_map: Object, {}
        #[serde(tag = "type")]
        enum Event { Placed(BTreeMap<String, u8>) }
        = Event::Placed(BTreeMap::from([("a".into(), 1)]));

    internally_tagged_generic: Object, {}
        #[serde(tag = "type")]
        enum Event<T> { Placed { what: T }, Closed }
        = Event::Placed { what: [1, 2] };

    adjacently_tagged_unit: Object, {}
        #[serde(tag = "type", content = "content")]
        enum Event { Closed }
        = Event::Closed;

    adjacently_tagged_newtype: Object, {}
        #[serde(tag = "type", content = "content")]
        enum Event { Placed(u8) }
        = Event::Placed(1);

    adjacently_tagged_tuple: Object, {}
        #[serde(tag = "type", content = "content")]
        enum Event { Placed(u8, &'static str) }
        = Event::Placed(1, "a");

    adjacently_tagged_struct: Object, {}
        #[serde(tag = "type", content = "content")]
        enum Event { Placed { id: u8, #[serde(skip)] cached: u8 } }
        = Event::Placed { id: 1, cached: 2 };

    untagged: Object, {}
        #[serde(untagged)]
        enum Event { Placed { id: u8 }, Closed { at: u8 } }
        = Event::Closed { at: 1 };

    an_untagged_variant: Object, {}
        #[serde(tag = "type")]
        enum Event { Placed { id: u8 }, #[serde(untagged)] Unknown { raw: u8 } }
        = Event::Unknown { raw: 1 };

    variant_rename: Object, {}
        #[serde(tag = "type")]
        enum Event { #[serde(rename = "order.placed", alias = "placed")] Placed { #[serde(rename = "ID")] id: u8 } }
        = Event::Placed { id: 1 };

    variant_rename_all: Object, {}
        #[serde(tag = "type", rename_all = "UPPERCASE")]
        enum Event { #[serde(rename_all = "kebab-case")] Placed { order_id: u8 } }
        = Event::Placed { order_id: 1 };

    variant_serialize_with: Object, {}
        #[serde(tag = "type")]
        enum Event { #[serde(serialize_with = "wrapped")] Placed(u8) }
        = Event::Placed(1);

    variant_skip: Object, {}
        #[serde(tag = "type")]
        enum Event { Placed { id: u8 }, #[serde(skip)] Secret, #[serde(other)] Other }
        = Event::Placed { id: 1 };

    variant_bound: Object, {}
        #[serde(tag = "type")]
        enum Event<T> { #[serde(bound = "T: Clone + Serialize")] Placed { id: T } }
        = Event::Placed { id: 1 };

    variant_fields: Object, {}
        #[serde(tag = "type")]
        enum Event { Placed { #[serde(flatten)] wire: Wire, #[serde(skip_serializing_if = "Option::is_none")] none: Option<u8> } }
        = Event::Placed { wire: Wire { id: 1 }, none: None };

    discriminants: Object, {}
        #[derive(Clone, Copy)]
        #[repr(u8)]
        #[serde(tag = "type")]
        enum Event { Placed = 7, Closed = 9 }
        = Event::Closed;

    a_variant_with_a_raw_name: Object, {}
        #[serde(tag = "type")]
        #[allow(non_camel_case_types)]
        enum Event { r#move { r#in: u8 } }
        = Event::r#move { r#in: 1 };

    conditional_variants: Object, {}
        #[serde(tag = "type")]
        enum Event { #[cfg(any())] Gone(Missing), Placed { id: u8 } }
        = Event::Placed { id: 1 };

    into: Object, {
            impl From<Event> for Wire {
                fn from(event: Event) -> Self {
                    Self { id: event as u8 }
                }
            }
        }
        #[derive(Clone, Copy)]
        #[serde(into = "Wire")]
        enum Event { Placed, Closed }
        = Event::Closed;

    into_text: Other, {
            impl From<Event> for &'static str {
                fn from(_: Event) -> Self {
                    "closed"
                }
            }
        }
        #[derive(Clone, Copy)]
        #[serde(into = "&'static str")]
        enum Event { Placed, Closed }
        = Event::Closed;
}
