//! Every key and every shape of `#[derive(TracedPayload)]`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use dd_trace_runtime::TracedPayload;
use serde::Deserialize;

/// A struct with many of serde's attributes.
#[derive(Debug, Clone, PartialEq, TracedPayload, Deserialize)]
#[serde(rename_all = "camelCase")]
#[datadog(carrier = "json", field = "traceContext", crate = ::dd_trace_runtime)]
pub struct OrderPlaced<'a, T, const N: usize>
where
    T: Clone,
{
    /// A name.
    #[serde(borrow)]
    pub user_name: Cow<'a, str>,
    /// What was ordered.
    pub items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Box<Self>>,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
    #[serde(skip)]
    cached: PhantomData<[(); N]>,
    /// An old one.
    #[deprecated]
    pub old: u8,
}

/// An enum.
#[derive(Debug, TracedPayload)]
#[serde(tag = "type", rename_all = "snake_case")]
#[datadog(carrier = "attribute")]
#[non_exhaustive]
pub enum Event {
    /// With fields.
    Placed {
        /// The number.
        order_id: u32,
    },
    /// Without fields.
    Closed,
}

/// A private type.
#[derive(TracedPayload)]
struct Private {
    r#type: u8,
}

/// A deprecated type.
#[deprecated]
#[derive(Debug, TracedPayload)]
pub struct Old {
    /// The number.
    pub id: u8,
}

#[test]
#[expect(deprecated, reason = "the fields are there to be written")]
fn payloads_of_every_shape_are_written() {
    let order = OrderPlaced::<u8, 2> {
        user_name: "a".into(),
        items: vec![1],
        parent: None,
        rest: BTreeMap::new(),
        cached: PhantomData,
        old: 1,
    };
    let json = |text: Result<String, serde_json::Error>| text.unwrap();
    assert_eq!(
        json(serde_json::to_string(&order)),
        r#"{"userName":"a","items":[1],"old":1}"#
    );
    let events = [Event::Placed { order_id: 1 }, Event::Closed];
    assert_eq!(
        json(serde_json::to_string(&events)),
        r#"[{"type":"placed","order_id":1},{"type":"closed"}]"#
    );
    assert_eq!(
        json(serde_json::to_string(&Private { r#type: 1 })),
        r#"{"type":1}"#
    );
    assert_eq!(json(serde_json::to_string(&Old { id: 1 })), r#"{"id":1}"#);
}
