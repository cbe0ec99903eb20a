//! What serde's own derive accepts and is an object, under the lints that generated code must not trip.
#![deny(warnings, missing_docs, unused_qualifications, clippy::pedantic)]

use std::collections::BTreeMap;
use std::marker::PhantomData;

use dd_trace_runtime::TracedPayload;
use serde::{Serialize, Serializer};

trait Source {
    type Item;
}

impl Source for () {
    type Item = u8;
}

struct Opaque;

#[derive(TracedPayload)]
#[serde(rename_all = "camelCase")]
#[datadog(carrier = "attribute", field = "trace")]
struct Generic<'a, T: Source, U = u8, const N: usize = 2>
where
    U: Copy,
{
    user_name: &'a str,
    item: T::Item,
    list: Vec<[U; 2]>,
    phantom: PhantomData<[Opaque; N]>,
    next: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Self::is_zero", default)]
    count: u8,
    #[serde(serialize_with = "as_text")]
    opaque: Opaque,
    #[serde(skip)]
    #[allow(dead_code)]
    skipped: Option<Opaque>,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

impl<T: Source, U: Copy, const N: usize> Generic<'_, T, U, N> {
    #[allow(clippy::trivially_copy_pass_by_ref)]
    fn is_zero(count: &u8) -> bool {
        *count == 0
    }
}

fn as_text<S: Serializer>(_: &Opaque, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("opaque")
}

#[derive(TracedPayload)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Internal {
    Placed { order_id: u32 },
    Closed,
}

#[derive(TracedPayload)]
#[serde(tag = "type", content = "content")]
enum Adjacent {
    Pair(u8, u8),
}

#[derive(TracedPayload)]
#[serde(untagged)]
enum Untagged {
    Placed { id: u32 },
}

#[derive(Serialize)]
struct Wire {
    id: u8,
}

#[derive(Clone, TracedPayload)]
#[serde(into = "Wire")]
struct Converted(u8);

impl From<Converted> for Wire {
    fn from(converted: Converted) -> Self {
        Self { id: converted.0 }
    }
}

#[derive(TracedPayload)]
#[serde(transparent)]
struct Transparent(Wire);

/// Uses of a deprecated type warn, its impl doesn't.
#[deprecated]
#[derive(TracedPayload)]
pub struct Deprecated {
    /// Deprecated, too.
    #[deprecated]
    pub id: u8,
}

fn main() {
    let generic = Generic::<(), u8, 3> {
        user_name: "a",
        item: 1,
        list: vec![],
        phantom: PhantomData,
        next: None,
        count: 0,
        opaque: Opaque,
        skipped: None,
        rest: BTreeMap::new(),
    };
    serde_json::to_string(&generic).unwrap();
    serde_json::to_string(&[Internal::Placed { order_id: 1 }, Internal::Closed]).unwrap();
    serde_json::to_string(&Adjacent::Pair(1, 2)).unwrap();
    serde_json::to_string(&Untagged::Placed { id: 1 }).unwrap();
    serde_json::to_string(&Converted(1)).unwrap();
    serde_json::to_string(&Transparent(Wire { id: 1 })).unwrap();
}
