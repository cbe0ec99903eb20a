use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_eventbridge::operation::put_events::PutEventsInput;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_eventbridge::types::builders::PutEventsRequestEntryBuilder;
use aws_smithy_types::DateTime;

use super::put;
use crate::aws::left_out::{LeftOut, Reason};
use crate::context::carrier::Carrier;

const DATADOG: &str =
    r#""_datadog":{"x-datadog-trace-id":"1","x-datadog-start-time":"1700000000123"}"#;

fn entry() -> PutEventsRequestEntryBuilder {
    PutEventsRequestEntry::builder()
}

fn put_events(
    entries: impl IntoIterator<Item = PutEventsRequestEntryBuilder>,
) -> (Vec<Option<String>>, Option<LeftOut>) {
    let entries = entries.into_iter().map(PutEventsRequestEntryBuilder::build);
    let input = PutEventsInput::builder().set_entries(Some(entries.collect()));
    let mut input = input.build().unwrap();
    let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
    let now = UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
    let left_out = put(&mut input, carrier, now);
    let details = input.entries.unwrap().into_iter().map(|entry| entry.detail);
    (details.collect(), left_out)
}

#[test]
fn every_detail_gains_the_member_with_when_and_where_it_was_put() {
    let (details, left_out) = put_events([
        entry().detail(r#"{"id":7 }"#),
        entry().detail("{}").event_bus_name("orders"),
        entry().detail(r#"{"_datadog":{"x-datadog-trace-id":"9"},"id":7}"#),
    ]);
    assert_eq!(left_out, None);
    let on_bus = DATADOG.replace('}', r#","x-datadog-resource-name":"orders"}"#);
    let expected = [
        format!(r#"{{"id":7 ,{DATADOG}}}"#),
        format!("{{{on_bus}}}"),
        format!(r#"{{{DATADOG},"id":7}}"#),
    ];
    assert_eq!(details, expected.map(Some));
}

#[test]
fn a_detail_that_eventbridge_refuses_stays_one() {
    let given = [None, Some(""), Some("[]"), Some("{"), Some("{}")];
    let entries = given.map(|detail| entry().set_detail(detail.map(ToOwned::to_owned)));
    let (details, left_out) = put_events(entries);
    let untouched = given.map(|detail| detail.map(ToOwned::to_owned));
    assert_eq!(details[..4], untouched[..4]);
    assert_eq!(details[4], Some(format!("{{{DATADOG}}}")));
    let left_out = left_out.unwrap();
    assert_eq!(
        (left_out.entries, left_out.of, left_out.reason),
        (4, 5, Reason::NoObject)
    );
}

/// An entry of `size` bytes, all of whose parts count.
fn sized(size: usize) -> PutEventsRequestEntryBuilder {
    let fixed = "shop".len() + "order".len() + "arn".len() + 14 + r#"{"a":""}"#.len();
    let detail = format!(r#"{{"a":"{}"}}"#, "x".repeat(size - fixed));
    let entry = entry().source("shop").detail_type("order").resources("arn");
    entry.time(DateTime::from_secs(0)).detail(detail)
}

#[test]
fn an_entry_grows_up_to_each_limit_and_never_over_it() {
    let added = DATADOG.len() + 1;
    for limit in [262_143, 1_048_575] {
        let (details, left_out) = put_events([sized(limit - added)]);
        assert_eq!(left_out, None);
        assert!(details[0].as_ref().unwrap().contains(DATADOG));
        let (details, left_out) = put_events([sized(limit - added + 1)]);
        assert_eq!(left_out.unwrap().reason, Reason::EntrySize);
        assert!(!details[0].as_ref().unwrap().contains("_datadog"));
    }
}

#[test]
fn a_request_that_would_grow_over_a_limit_goes_out_untouched() {
    let added = DATADOG.len() + 1;
    let half = 131_072 - added;
    assert_eq!(put_events([sized(half), sized(half - 1)]).1, None);
    let (details, left_out) = put_events([sized(half), sized(half)]);
    let left_out = left_out.unwrap();
    assert_eq!(
        (left_out.entries, left_out.reason),
        (2, Reason::RequestSize)
    );
    assert!(
        details
            .iter()
            .flatten()
            .all(|detail| !detail.contains("_datadog"))
    );
}
