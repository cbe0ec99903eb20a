use proptest::prelude::*;
use serde_json::Value;

use super::{DatadogMember, Place, may_have_member};
use crate::context::carrier::Carrier;

const MEMBER: &str = r#""_datadog":{"x-datadog-trace-id":"1"}"#;

fn member() -> DatadogMember {
    let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
    DatadogMember::of(&carrier)
}

/// A text with the member, if there is a place for it.
fn put(text: &str, place: Option<Place>) -> Option<String> {
    let place = place?;
    let (mut changed, mut bytes) = (text.to_owned(), text.as_bytes().to_vec());
    member().put(&place, &mut changed);
    member().put(&place, &mut bytes);
    assert_eq!(changed.as_bytes(), bytes);
    assert_eq!(
        changed.len(),
        member().added_to(text.len(), &place),
        "{text}"
    );
    Some(changed)
}

#[cfg(feature = "aws-sfn")]
fn in_json(text: &str) -> Option<String> {
    put(text, Place::in_json(text))
}

#[cfg(feature = "aws-kinesis")]
fn in_data(text: &str) -> Option<String> {
    put(text, Place::in_data(text.as_bytes()))
}

/// In both kinds of text, which agree on every object.
#[cfg(all(feature = "aws-kinesis", feature = "aws-sfn"))]
fn in_object(text: &str) -> String {
    let changed = in_data(text);
    assert_eq!(in_json(text), changed, "{text}");
    changed.unwrap()
}

#[cfg(all(feature = "aws-kinesis", feature = "aws-sfn"))]
#[test]
fn a_member_is_added_as_the_last_and_no_other_byte_changes() {
    for (text, head, tail) in [
        ("{}", "{", "}"),
        ("{ }", "{ ", "}"),
        (" {\n}\n", " {\n", "}\n"),
        (r#"{"a":1}"#, r#"{"a":1,"#, "}"),
        ("{\"a\":1.50\r\n}\t", "{\"a\":1.50\r\n,", "}\t"),
        (
            r#"{"a":"}\"{","b":[{}, "\u00e9é"]}"#,
            r#"{"a":"}\"{","b":[{}, "\u00e9é"],"#,
            "}",
        ),
        (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":2,"#, "}"),
        (r#"{"a":{"_datadog":0}}"#, r#"{"a":{"_datadog":0},"#, "}"),
        (r#"{"a":"\\u0064"}"#, r#"{"a":"\\u0064","#, "}"),
    ] {
        assert_eq!(in_object(text), format!("{head}{MEMBER}{tail}"));
    }
}

#[cfg(all(feature = "aws-kinesis", feature = "aws-sfn"))]
#[test]
fn one_that_is_there_is_replaced_where_it_stands() {
    let value = MEMBER.strip_prefix(r#""_datadog":"#).unwrap();
    for (text, expected) in [
        (
            r#"{"_datadog":{"x":"}"},"a":2}"#,
            format!(r#"{{"_datadog":{value},"a":2}}"#),
        ),
        (
            r#"{"a":2, "_datadog" : null }"#,
            format!(r#"{{"a":2, "_datadog" : {value} }}"#),
        ),
        (
            r#"{"_data\u0064og":"é"}"#,
            format!(r#"{{"_data\u0064og":{value}}}"#),
        ),
        (
            r#"{"\u005Fdatadog":""}"#,
            format!(r#"{{"\u005Fdatadog":{value}}}"#),
        ),
        (
            r#"{"_datadog":[2],"a":"_datadog","_datadog":3}"#,
            format!(r#"{{"_datadog":{value},"a":"_datadog","_datadog":{value}}}"#),
        ),
    ] {
        assert_eq!(in_object(text), expected);
    }
}

#[test]
fn the_name_is_found_behind_any_number_of_other_marks() {
    for others in [0, 1, 31, 32, 33, 100] {
        let marks = r#""_id":"\u0022","#.repeat(others);
        for (name, is_there) in [
            ("_datadog", true),
            (r"\u005fdatadog", true),
            (r"_da\u0074adog", true),
            ("_datado", false),
            (r"\u00e9", false),
        ] {
            let text = format!(r#"{{{marks}"{name}":1}}"#);
            assert_eq!(may_have_member(text.as_bytes()), is_there, "{text}");
        }
    }
}

#[cfg(feature = "aws-kinesis")]
#[test]
fn data_that_only_looks_like_an_object_stays_as_it_is() {
    for data in [
        "{a}",
        "{{template}}",
        r#"{"a":1}{"b":2}"#,
        "{\"a\":1}\n{\"b\":2}\n",
        "{'a': 1}",
        r#"{"a":1,}"#,
        r#"{"a":NaN}"#,
        "{\"a\":\"\t\"}",
        "{_datadog}",
    ] {
        assert_eq!(in_data(data), None, "{data}");
    }
}

#[cfg(feature = "aws-kinesis")]
#[test]
fn data_of_any_depth_gains_the_member() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let expected = format!("{},{MEMBER}}}", deep.strip_suffix('}').unwrap());
    assert!(in_data(&deep) == Some(expected));
}

/// Texts that are objects, and others that are nearly.
fn text() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "{}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        " ",
        "\"a\"",
        "\"a\":",
        "\"a\":1",
        "1",
        "null",
        "x",
        "_datadog",
        "\"_datadog\":",
        "\\u005f",
        "\u{e9}",
    ]);
    let inside = prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat());
    inside.prop_map(|inside| format!("{{{inside}}}"))
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object())
}

proptest! {
    #[cfg(feature = "aws-sfn")]
    #[test]
    fn no_text_that_a_service_refuses_becomes_one_that_it_accepts(text in text()) {
        let place = Place::in_json(&text);
        if let Some(changed) = put(&text, place) {
            prop_assert_eq!(is_object(&changed), is_object(&text), "{}", changed);
        } else {
            prop_assert!(!is_object(&text));
        }
    }

    #[cfg(feature = "aws-kinesis")]
    #[test]
    fn data_changes_if_it_is_an_object_and_has_our_member_then(text in text()) {
        let changed = in_data(&text);
        prop_assert_eq!(changed.is_some(), is_object(&text));
        if let Some(changed) = changed {
            let object: Value = serde_json::from_str(&changed).unwrap();
            prop_assert_eq!(&object["_datadog"]["x-datadog-trace-id"], "1");
        }
    }
}
