//! A carrier in a part of the event that no source reads.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::held::shown;
use crate::context::carrier::known_name;

/// How many levels of JSON in strings are followed: SNS in SQS has three.
const DEEPEST: usize = 6;

/// How `{"` begins in Base64, whatever follows it.
const BASE64_OF_AN_OBJECT: &str = "ey";

/// The longest path that is shown, in characters.
const LONGEST_PATH: usize = 240;

/// The path of an object that has a header with a trace id, outside of the `known` places.
pub(super) fn carrier_in(event: &Value, known: &[&str]) -> Option<String> {
    let mut search = Search {
        known,
        path: String::new(),
    };
    let found = search.value(event, DEEPEST);
    found.then(|| match search.path.as_str() {
        "" => "the event itself".to_owned(),
        path if path.starts_with(' ') => format!("the event{}", end_of(path)),
        path => end_of(path),
    })
}

/// A walk through the event, which looks at each part once.
struct Search<'a> {
    known: &'a [&'a str],
    /// The path of the current value and, once the carrier is found, of the carrier.
    path: String,
}

impl Search<'_> {
    fn value(&mut self, value: &Value, left: usize) -> bool {
        if self.known.iter().any(|known| is_within(&self.path, known)) {
            return false;
        }
        match value {
            Value::Object(members) => {
                let is_carrier = members
                    .iter()
                    .any(|(name, value)| has_trace_id(name, value));
                is_carrier
                    || members.iter().any(|(name, value)| {
                        let dot = if self.path.is_empty() { "" } else { "." };
                        self.below(format_args!("{dot}{}", shown(name)), value, left)
                    })
            }
            Value::Array(elements) => {
                let mut elements = elements.iter().enumerate();
                elements.any(|(index, value)| self.below(format_args!("[{index}]"), value, left))
            }
            Value::String(text) => left
                .checked_sub(1)
                .is_some_and(|left| self.text(text.trim_ascii_start(), left)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Looks into a string that holds JSON, in Base64 or not.
    fn text(&mut self, text: &str, left: usize) -> bool {
        let (form, inner) = if text.starts_with(['{', '[']) {
            (" (JSON)", serde_json::from_str(text).ok())
        } else if text.starts_with(BASE64_OF_AN_OBJECT) {
            let bytes = BASE64_STANDARD.decode(text).unwrap_or_default();
            (" (Base64)", serde_json::from_slice(&bytes).ok())
        } else {
            return false;
        };
        inner.is_some_and(|inner: Value| self.below(format_args!("{form}"), &inner, left))
    }

    /// Goes one step down, and back up if the carrier isn't there.
    fn below(&mut self, step: fmt::Arguments<'_>, value: &Value, left: usize) -> bool {
        let here = self.path.len();
        // Writing to a `String` never fails.
        let _ = self.path.write_fmt(step);
        let found = self.value(value, left);
        if !found {
            self.path.truncate(here);
        }
        found
    }
}

fn has_trace_id(name: &str, value: &Value) -> bool {
    let header = known_name(name.as_bytes());
    let is_trace_id = |name| {
        matches!(
            name,
            "x-datadog-trace-id" | "traceparent" | "x-b3-traceid" | "b3"
        )
    };
    header.is_some_and(is_trace_id) && !value.is_null()
}

fn is_within(path: &str, place: &str) -> bool {
    let rest = path.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ' ']))
}

/// The whole path, or the end of a long one.
fn end_of(path: &str) -> String {
    let cut = path.char_indices().rev().nth(LONGEST_PATH);
    let end = cut.and_then(|(cut, _)| path.get(cut..));
    end.map_or_else(|| path.to_owned(), |end| format!("…{end}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_carrier_is_found_wherever_no_source_reads() {
        let carrier = json!({"X-Datadog-Trace-Id": "1", "x-datadog-parent-id": "2"});
        let base64 = BASE64_STANDARD.encode(json!({"meta": carrier}).to_string());
        for (event, place) in [
            (carrier.clone(), "the event itself"),
            (
                json!({"envelope": {"_datadog": carrier}}),
                "envelope._datadog",
            ),
            (json!({"list": [1, {"trace": carrier}]}), "list[1].trace"),
            (
                json!({"body": json!({"a": [carrier]}).to_string()}),
                "body (JSON).a[0]",
            ),
            (json!({"data": base64}), "data (Base64).meta"),
            (
                json!({"attributes": {"traceparent": {"StringValue": "00-"}}}),
                "attributes",
            ),
            (json!({"b3": "0-0"}), "the event itself"),
            (json!("{\"a\":{\"b3\":\"0\"}}"), "the event (JSON).a"),
        ] {
            assert_eq!(carrier_in(&event, &[]).as_deref(), Some(place), "{event}");
        }
    }

    #[test]
    fn nothing_is_found_in_other_values_and_in_places_that_a_source_has_read() {
        for event in [
            json!({"headers": {"x-datadog-trace-id": "0"}}),
            json!({"headers (JSON)": {"traceparent": "0"}}),
            json!({"headers": "{\"b3\":\"0\"}"}),
            json!({"traceparent": null}),
            json!({"x-datadog-origin": "rum", "trace-id": 1, "body": "{\"traceparent\":", "data": "eyeballs"}),
            json!([null, true, 1, "b3"]),
        ] {
            assert_eq!(carrier_in(&event, &["headers"]), None, "{event}");
        }
        let near = json!({"headers2": {"b3": "0"}});
        assert_eq!(carrier_in(&near, &["headers"]).as_deref(), Some("headers2"));
    }

    #[test]
    fn json_in_strings_is_followed_for_a_bounded_number_of_levels() {
        let nested = |levels: usize| {
            let carrier = json!({"b3": "1"});
            (0..levels).fold(carrier, |inner, _| json!({"a": inner.to_string()}))
        };
        assert!(carrier_in(&nested(DEEPEST), &[]).is_some());
        assert!(carrier_in(&nested(DEEPEST + 1), &[]).is_none());
    }

    #[test]
    fn a_long_path_is_shown_by_its_end() {
        let carrier = json!({"here": {"b3": "1"}});
        let deep = (0..100).fold(carrier, |inner, _| json!({"é".repeat(100): inner}));
        let place = carrier_in(&deep, &[]).unwrap();
        assert!(
            place.starts_with('…') && place.ends_with("é….here"),
            "{place}"
        );
        assert_eq!(place.chars().count(), LONGEST_PATH + 2);
    }
}
