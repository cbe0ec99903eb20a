//! Outside a trace, a payload makes the same calls of a serializer as serde's own derive, and doesn't ask the
//! serializer whether it is human-readable.

use std::collections::BTreeMap;

use serde_test::{Token, assert_ser_tokens};

/// A test for each kind of type: `name { type } value => tokens`, derived once by each derive.
macro_rules! tokens {
    ($($name:ident { $($item:item)* } $value:expr => [$($token:expr),* $(,)?];)*) => {
        $(#[test]
        fn $name() {
            let tokens = {
                use Token::*;
                [$($token),*]
            };
            {
                use dd_trace_runtime::TracedPayload as Derived;
                tokens!(@derived $($item)*);
                assert_ser_tokens(&$value, &tokens);
            }
            {
                use serde::Serialize as Derived;
                tokens!(@derived $($item)*);
                assert_ser_tokens(&$value, &tokens);
            }
        })*
    };
    (@derived $($item:item)*) => {
        $(#[derive(PartialEq, Debug, Derived)] $item)*
    };
}

tokens! {
    a_struct { struct Order { a: (), b: (), c: u8 } }
        Order { a: (), b: (), c: 3 } => [
            Struct { name: "Order", len: 3 },
            Str("a"), Unit, Str("b"), Unit, Str("c"), U8(3),
            StructEnd,
        ];

    an_empty_struct { struct Order {} }
        Order {} => [Struct { name: "Order", len: 0 }, StructEnd];

    a_struct_of_borrows { struct Order<'a> { name: &'a str, bytes: &'a [u8] } }
        Order { name: "n", bytes: &[1] } => [
            Struct { name: "Order", len: 2 },
            Str("name"), BorrowedStr("n"), Str("bytes"), Seq { len: Option::Some(1) }, U8(1), SeqEnd,
            StructEnd,
        ];

    a_generic_struct { struct Order<T, U> { t: T, u: Option<U> } }
        Order { t: 1_u16, u: Some('c') } => [
            Struct { name: "Order", len: 2 },
            Str("t"), U16(1), Str("u"), Some, Char('c'),
            StructEnd,
        ];

    a_renamed_struct { #[serde(rename = "Purchase", rename_all = "camelCase")] struct Order { order_id: i64 } }
        Order { order_id: -1 } => [
            Struct { name: "Purchase", len: 1 }, Str("orderId"), I64(-1), StructEnd,
        ];

    skipped_fields {
        struct Order { #[serde(skip)] a: u8, #[serde(skip_serializing_if = "Option::is_none")] b: Option<u8>, c: u8 }
    }
        Order { a: 1, b: None, c: 3 } => [
            Struct { name: "Order", len: 1 }, Str("c"), U8(3), StructEnd,
        ];

    a_tagged_struct { #[serde(tag = "type")] struct Order { a: u8 } }
        Order { a: 1 } => [
            Struct { name: "Order", len: 2 }, Str("type"), Str("Order"), Str("a"), U8(1), StructEnd,
        ];

    a_flattened_map { struct Order { a: u8, #[serde(flatten)] rest: BTreeMap<String, u8> } }
        Order { a: 1, rest: BTreeMap::from([("b".to_owned(), 2)]) } => [
            Map { len: Option::None }, Str("a"), U8(1), Str("b"), U8(2), MapEnd,
        ];

    a_flattened_option { struct Order { #[serde(flatten)] rest: Option<BTreeMap<String, u8>> } }
        Order { rest: None } => [Map { len: Option::None }, MapEnd];

    a_transparent_struct { #[serde(transparent)] struct Order { a: u8 } }
        Order { a: 1 } => [U8(1)];

    a_transparent_option { #[serde(transparent)] struct Order(Option<BTreeMap<String, u8>>); }
        Order(Some(BTreeMap::new())) => [Some, Map { len: Option::Some(0) }, MapEnd];

    a_transparent_list { #[serde(transparent)] struct Order(Vec<(u8, u8)>); }
        Order(vec![(1, 2)]) => [
            Seq { len: Option::Some(1) }, Tuple { len: 2 }, U8(1), U8(2), TupleEnd, SeqEnd,
        ];

    a_transparent_phantom {
        #[serde(transparent)]
        struct Order<T> { a: u8, #[serde(skip)] phantom: std::marker::PhantomData<T> }
    }
        Order::<String> { a: 1, phantom: std::marker::PhantomData } => [U8(1)];

    an_internally_tagged_unit { #[serde(tag = "type")] enum Event { Closed } }
        Event::Closed => [
            Struct { name: "Event", len: 1 }, Str("type"), Str("Closed"), StructEnd,
        ];

    an_internally_tagged_struct {
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Event { OrderPlaced { a: u8, b: u8 } }
    }
        Event::OrderPlaced { a: 1, b: 2 } => [
            Struct { name: "Event", len: 3 },
            Str("type"), Str("order_placed"), Str("a"), U8(1), Str("b"), U8(2),
            StructEnd,
        ];

    an_internally_tagged_newtype {
        #[serde(tag = "type")]
        enum Event { Placed(BTreeMap<String, u8>) }
    }
        Event::Placed(BTreeMap::new()) => [
            Map { len: Option::Some(1) }, Str("type"), Str("Placed"), MapEnd,
        ];

    an_adjacently_tagged_unit { #[serde(tag = "t", content = "c")] enum Event { Closed } }
        Event::Closed => [
            Struct { name: "Event", len: 1 },
            Str("t"), UnitVariant { name: "Event", variant: "Closed" },
            StructEnd,
        ];

    an_adjacently_tagged_newtype { #[serde(tag = "t", content = "c")] enum Event { Placed(u8) } }
        Event::Placed(1) => [
            Struct { name: "Event", len: 2 },
            Str("t"), UnitVariant { name: "Event", variant: "Placed" }, Str("c"), U8(1),
            StructEnd,
        ];

    an_adjacently_tagged_tuple { #[serde(tag = "t", content = "c")] enum Event { Placed(u8, u8) } }
        Event::Placed(1, 2) => [
            Struct { name: "Event", len: 2 },
            Str("t"), UnitVariant { name: "Event", variant: "Placed" },
            Str("c"), Tuple { len: 2 }, U8(1), U8(2), TupleEnd,
            StructEnd,
        ];

    an_adjacently_tagged_struct { #[serde(tag = "t", content = "c")] enum Event { Placed { a: u8 } } }
        Event::Placed { a: 1 } => [
            Struct { name: "Event", len: 2 },
            Str("t"), UnitVariant { name: "Event", variant: "Placed" },
            Str("c"), Struct { name: "Placed", len: 1 }, Str("a"), U8(1), StructEnd,
            StructEnd,
        ];

    an_untagged_struct { #[serde(untagged)] enum Event { Placed { a: u8 } } }
        Event::Placed { a: 1 } => [
            Struct { name: "Event", len: 1 }, Str("a"), U8(1), StructEnd,
        ];

    an_untagged_variant { #[serde(tag = "type")] enum Event { #[serde(untagged)] Raw { a: u8 } } }
        Event::Raw { a: 1 } => [
            Struct { name: "Event", len: 1 }, Str("a"), U8(1), StructEnd,
        ];

    a_payload_in_a_payload {
        struct Item { a: u8 }
        struct Order { item: Item, items: Vec<Item> }
    }
        Order { item: Item { a: 1 }, items: vec![] } => [
            Struct { name: "Order", len: 2 },
            Str("item"), Struct { name: "Item", len: 1 }, Str("a"), U8(1), StructEnd,
            Str("items"), Seq { len: Option::Some(0) }, SeqEnd,
            StructEnd,
        ];
}
