//! Every form of extractor, told apart by its signature alone.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use lambda_runtime::Context;
use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;

/// Runs the extractor `F`, whatever its signature.
async fn run<Signature, F: Extractor<Signature>>(extractor: F, event: &str) -> Found {
    let event = RawEvent::from(event.to_owned());
    let mut context = Context::default();
    "request".clone_into(&mut context.request_id);
    match extractor.extract(&event, &context) {
        Extraction::Ready(extracted) => extracted.0,
        Extraction::Pending(extracted) => extracted.await.0,
    }
}

/// Why the extractor gave nothing.
async fn reason<Signature, F: Extractor<Signature>>(extractor: F, event: &str) -> String {
    match run(extractor, event).await {
        Found::Nothing(reason) => reason,
        Found::None => "`None`".to_owned(),
        found => panic!("found {found:?}"),
    }
}

fn context(trace_id: u128, parent_id: u64, priority: Option<i8>) -> Found {
    Found::TraceContext(TraceContext::new(trace_id, parent_id, priority))
}

#[derive(Deserialize)]
struct Order {
    trace: u64,
}

/// The four extractors of one input: with and without the context, plain and `async`.
macro_rules! inputs {
    ($($name:ident: $input:ty, $trace:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            type Ids = (u64, u64, i8);

            fn plain(event: &$input) -> Ids {
                let trace: fn(&$input) -> u64 = $trace;
                (trace(event), 2, 1)
            }
            fn with_context(event: &$input, context: &Context) -> Ids {
                assert_eq!(context.request_id, "request");
                plain(event)
            }
            async fn waiting(event: &$input) -> Ids {
                tokio::task::yield_now().await;
                plain(event)
            }
            async fn waiting_with_context(event: &$input, context: &Context) -> Ids {
                tokio::task::yield_now().await;
                with_context(event, context)
            }

            let event = r#"{"trace":7}"#;
            assert_eq!(run(plain, event).await, context(7, 2, Some(1)));
            assert_eq!(run(with_context, event).await, context(7, 2, Some(1)));
            assert_eq!(run(waiting, event).await, context(7, 2, Some(1)));
            assert_eq!(run(waiting_with_context, event).await, context(7, 2, Some(1)));
        }
    )*};
}

fn trace_in(text: &[u8]) -> u64 {
    serde_json::from_slice::<Order>(text).unwrap().trace
}

inputs! {
    an_extractor_takes_a_type_of_the_user_s: Order, |order| order.trace;
    an_extractor_takes_json: Value, |event| event["trace"].as_u64().unwrap();
    an_extractor_takes_text: str, |text| trace_in(text.as_bytes());
    an_extractor_takes_bytes: [u8], |bytes| trace_in(bytes);
    an_extractor_takes_the_event_as_received: RawEvent, |event| trace_in(event.as_bytes());
    an_extractor_takes_a_map: HashMap<String, u64>, |event| event["trace"];
    an_extractor_takes_an_option: Option<Order>, |order| order.as_ref().unwrap().trace;
}

#[tokio::test]
async fn the_text_and_the_bytes_are_those_that_were_sent() {
    const SENT: &str = r#" { "a" : 1.50, "a": 2 } "#;
    fn text(event: &str) -> Option<Carrier> {
        assert_eq!(event, SENT);
        None
    }
    async fn bytes(event: &[u8]) -> Option<Carrier> {
        assert_eq!(event, SENT.as_bytes());
        None
    }
    assert_eq!(reason(text, SENT).await, "`None`");
    assert_eq!(reason(bytes, SENT).await, "`None`");
}

#[tokio::test]
async fn an_event_that_is_no_such_type_is_not_shown_to_the_extractor() {
    fn plain(_: &Order) -> Carrier {
        unreachable!()
    }
    async fn waiting(_: &Order, _: &Context) -> Carrier {
        unreachable!()
    }
    let expected = "the event doesn't fit its parameter `dd_trace_runtime::extraction::extractor::tests::Order`: missing field `trace` at line 1 column 2";
    assert_eq!(reason(plain, "{}").await, expected);
    assert_eq!(reason(waiting, "{}").await, expected);
}

#[tokio::test]
async fn an_event_that_is_no_text_is_not_shown_to_an_extractor_of_text() {
    fn plain(_: &str) -> Carrier {
        unreachable!()
    }
    async fn waiting(_: &str) -> Carrier {
        unreachable!()
    }
    let event = RawEvent::from(vec![b'"', 0xff, b'"']);
    let lambda = Context::default();
    let Extraction::Ready(plain) = plain.extract(&event, &lambda) else {
        panic!("a plain function is not awaited");
    };
    let Extraction::Pending(waiting) = waiting.extract(&event, &lambda) else {
        panic!("an async function is awaited");
    };
    for extracted in [plain, waiting.await] {
        let Found::Nothing(reason) = extracted.0 else {
            panic!("{extracted:?}");
        };
        assert!(reason.starts_with("the event is not UTF-8: "), "{reason}");
    }
}

const HEADERS: [(&str, &str); 2] = [("x-datadog-trace-id", "1"), ("x-datadog-parent-id", "2")];

fn carrier() -> Carrier {
    HEADERS.into_iter().collect()
}

fn owned() -> impl Iterator<Item = (String, String)> {
    HEADERS
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

#[test]
fn a_carrier_may_be_any_map_of_strings() {
    let http: http::HeaderMap = HEADERS
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<Vec<(http::HeaderName, http::HeaderValue)>>()
        .into_iter()
        .collect();
    let sorted: Carrier = owned().collect::<BTreeMap<_, _>>().into_iter().collect();
    for (extracted, expected) in [
        (carrier().into_carrier(), carrier()),
        (owned().collect::<Vec<_>>().into_carrier(), carrier()),
        (owned().collect::<BTreeMap<_, _>>().into_carrier(), sorted),
        (http.into_carrier(), carrier()),
    ] {
        assert_eq!(extracted.0, Found::Carrier(expected));
    }
    let Found::Carrier(hashed) = owned().collect::<HashMap<_, _>>().into_carrier().0 else {
        panic!("no carrier");
    };
    for (name, value) in HEADERS {
        assert_eq!(hashed.get(name), Some(value));
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_trace_context_may_be_three_numbers() {
    const LARGE: u128 = 0x6553_b9c7_0000_0000_0000_0000_0000_000b;
    for (extracted, expected) in [
        (
            TraceContext::new(1, 2, None).into_carrier(),
            context(1, 2, None),
        ),
        (
            (1_u64, 2_u64, -1_i8).into_carrier(),
            context(1, 2, Some(-1)),
        ),
        (
            (1_u64, 2_u64, Some(2_i8)).into_carrier(),
            context(1, 2, Some(2)),
        ),
        (
            (1_u64, 2_u64, None::<i8>).into_carrier(),
            context(1, 2, None),
        ),
        (
            (LARGE, 2_u64, 0_i8).into_carrier(),
            context(LARGE, 2, Some(0)),
        ),
        (
            (LARGE, 2_u64, Some(1_i8)).into_carrier(),
            context(LARGE, 2, Some(1)),
        ),
        (
            (LARGE, 2_u64, None::<i8>).into_carrier(),
            context(LARGE, 2, None),
        ),
        (
            (text("1"), text(" 2 "), text("-1")).into_carrier(),
            context(1, 2, Some(-1)),
        ),
        (
            (text("1"), text("2"), Some(text("2"))).into_carrier(),
            context(1, 2, Some(2)),
        ),
        (
            (text("1"), text("2"), None::<String>).into_carrier(),
            context(1, 2, None),
        ),
        (
            (LARGE.to_string(), text("2"), text("none")).into_carrier(),
            context(LARGE, 2, None),
        ),
    ] {
        assert_eq!(extracted.0, expected);
    }
}

#[test]
fn a_text_that_is_no_number_is_named() {
    let of = |trace: &str, parent: &str| (text(trace), text(parent), text("1")).into_carrier().0;
    for (found, reason) in [
        (of("x", "2"), "the trace id `x` is not a decimal number"),
        (of("-1", "2"), "the trace id `-1` is not a decimal number"),
        (of("1", ""), "the parent id `` is not a decimal number"),
        (
            of("1", "18446744073709551616"),
            "the parent id `18446744073709551616` is not a decimal number",
        ),
    ] {
        assert_eq!(found, Found::Nothing(reason.to_owned()));
    }
}

#[test]
fn an_option_or_result_is_what_it_holds_or_the_reason() {
    #[derive(Debug)]
    struct Missing;
    impl fmt::Display for Missing {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("missing")
        }
    }
    let found = Found::Carrier(carrier());
    assert_eq!(Some(carrier()).into_carrier().0, found);
    assert_eq!(Ok::<_, ()>(carrier()).into_carrier().0, found);
    assert_eq!(Ok::<_, Missing>(Some(carrier())).into_carrier().0, found);
    assert_eq!(Some(Ok::<_, String>(carrier())).into_carrier().0, found);

    let nothing = |extracted: Extracted| match extracted.0 {
        Found::Nothing(reason) => reason,
        found => panic!("{found:?}"),
    };
    assert_eq!(None::<Carrier>.into_carrier().0, Found::None);
    assert_eq!(Ok::<_, ()>(None::<Carrier>).into_carrier().0, Found::None);
    assert_eq!(
        nothing(Err::<Carrier, ()>(()).into_carrier()),
        "it returned the error ()"
    );
    assert_eq!(
        nothing(Err::<(u64, u64, i8), _>(Missing).into_carrier()),
        "it returned the error Missing"
    );
}

#[tokio::test]
async fn a_type_of_the_user_s_that_converts_may_be_returned() {
    struct Ids(u64);
    impl IntoCarrier for Ids {
        fn into_carrier(self) -> Extracted {
            (self.0, 2_u64, 1_i8).into_carrier()
        }
    }
    fn plain(event: &RawEvent) -> Option<Ids> {
        event.as_bytes().is_empty().then_some(Ids(1))
    }
    async fn waiting(_: &RawEvent) -> Result<Ids, ()> {
        Ok(Ids(1))
    }
    assert_eq!(run(plain, "").await, context(1, 2, Some(1)));
    assert_eq!(run(waiting, "").await, context(1, 2, Some(1)));
}

#[tokio::test]
async fn a_function_pointer_and_a_closure_are_extractors() {
    fn plain(_: &RawEvent) -> (u64, u64, i8) {
        (1, 2, 1)
    }
    let pointer: fn(&RawEvent) -> (u64, u64, i8) = plain;
    assert_eq!(run(pointer, "").await, context(1, 2, Some(1)));
    let trace = 1_u64;
    let closure = move |_: &RawEvent| (trace, 2_u64, 1_i8);
    assert_eq!(run(closure, "").await, context(1, 2, Some(1)));
}
