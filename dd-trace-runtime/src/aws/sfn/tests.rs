use super::add_to;
use crate::aws::left_out::{LeftOut, Reason};
use crate::context::carrier::Carrier;

const DATADOG: &str = r#""_datadog":{"x-datadog-trace-id":"1"}"#;

fn start(input: Option<&str>) -> (Option<String>, Option<LeftOut>) {
    let mut input = input.map(ToOwned::to_owned);
    let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
    let left_out = add_to(&mut input, &carrier);
    (input, left_out)
}

#[test]
fn an_input_gains_the_member_also_where_it_is_empty() {
    for (given, expected) in [
        ("{}", format!("{{{DATADOG}}}")),
        ("{ }", format!("{{ {DATADOG}}}")),
        (r#"{"id":7}"#, format!(r#"{{"id":7,{DATADOG}}}"#)),
        (
            r#"{"a":{"_datadog":0}}"#,
            format!(r#"{{"a":{{"_datadog":0}},{DATADOG}}}"#),
        ),
    ] {
        assert_eq!(start(Some(given)), (Some(expected), None));
    }
}

#[test]
fn an_input_that_has_the_member_is_left_alone() {
    for given in [r#"{"_datadog":{}}"#, r#"{"a":1,"_datadog":null}"#] {
        assert_eq!(start(Some(given)), (Some(given.to_owned()), None));
    }
}

#[test]
fn an_input_that_is_no_object_stays_as_it_is() {
    for given in ["", "[1]", "\"{}\"", "{", r#"{"a":1"#] {
        let (input, left_out) = start(Some(given));
        assert_eq!(input.as_deref(), Some(given));
        assert_eq!(left_out.unwrap().reason, Reason::NoObject);
    }
    assert_eq!(start(None), (None, None));
}

#[test]
fn an_input_grows_up_to_the_limit_and_not_over_it() {
    let room = 262_144 - DATADOG.len() - r#"{"a":"",}"#.len();
    for (size, reason) in [(room, None), (room + 1, Some(Reason::EntrySize))] {
        let given = format!(r#"{{"a":"{}"}}"#, "x".repeat(size));
        let (input, left_out) = start(Some(&given));
        assert_eq!(left_out.map(|left_out| left_out.reason), reason);
        assert_eq!(input == Some(given), reason.is_some());
    }
}
