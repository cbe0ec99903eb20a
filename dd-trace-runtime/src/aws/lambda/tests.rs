use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{add_to, decode};
use crate::aws::left_out::Reason;
use crate::context::carrier::Carrier;

fn carrier() -> Carrier {
    [("x-datadog-trace-id", "1"), ("baggage", "a=\"b\"")]
        .into_iter()
        .collect()
}

const HEADERS: &str = r#""x-datadog-trace-id":"1","baggage":"a=\"b\"""#;

/// The decoded client context that becomes of a given one.
fn invoke(given: Option<&str>) -> (Option<String>, Option<Reason>) {
    let mut context = given.map(|given| STANDARD.encode(given));
    let left_out = add_to(&mut context, &carrier());
    let context = context.map(|context| decode(&context).unwrap());
    (context, left_out.map(|left_out| left_out.reason))
}

#[test]
fn the_headers_are_flat_members_of_custom() {
    for (given, expected) in [
        (None, format!(r#"{{"custom":{{{HEADERS}}}}}"#)),
        (Some("{}"), format!(r#"{{"custom":{{{HEADERS}}}}}"#)),
        (
            Some(r#"{"custom":null}"#),
            format!(r#"{{"custom":{{{HEADERS}}}}}"#),
        ),
        (
            Some(r#"{"client":{"app_title":"shop"}, "custom": {"tenant": "a"}, "env":{}}"#),
            format!(
                r#"{{"client":{{"app_title":"shop"}}, "custom": {{"tenant": "a",{HEADERS}}}, "env":{{}}}}"#
            ),
        ),
    ] {
        assert_eq!(invoke(given), (Some(expected), None), "{given:?}");
    }
}

/// A client context whose `custom` has these members.
fn custom(members: &str) -> String {
    format!(r#"{{"custom":{{{members}}}}}"#)
}

#[test]
fn headers_of_an_older_context_leave_whatever_their_style_and_no_other_byte_changes() {
    for (given, kept) in [
        (r#""traceparent":"00-..","tracestate":"dd=s:1""#, ""),
        (
            r#""tenant" : "a", "X-Datadog-Parent-Id":"9","user":"x-datadog-""#,
            r#""tenant" : "a","user":"x-datadog-","#,
        ),
        (
            r#"  "baggage":"k=v", "b3":"0","a":{"b3":1} ,"x-b3-traceid":"1" "#,
            r#"  "a":{"b3":1} ,"#,
        ),
        (
            r#""_datadog":{"x-datadog-trace-id":"9"},"b3x":"","trace\u0070arent":"1","c":"d""#,
            r#""b3x":"","c":"d","#,
        ),
        (r#""ot-baggage-k":"v","e":1"#, r#""e":1,"#),
    ] {
        let (context, left_out) = invoke(Some(&custom(given)));
        assert_eq!(left_out, None, "{given}");
        let context = context.unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&context).unwrap();
        assert_eq!(parsed["custom"]["x-datadog-trace-id"], "1");
        let expected = custom(&format!("{kept}{HEADERS}"));
        let spaces = |text: &str| text.replace(' ', "");
        assert_eq!(spaces(&context), spaces(&expected), "{given}");
        for member in kept.split(',').map(str::trim) {
            assert!(context.contains(member), "{member} in {context}");
        }
    }
}

#[test]
fn a_client_context_that_is_none_stays_as_it_is() {
    for given in ["[]", "{", r#"{"custom":"a"}"#, r#"{"custom":[]}"#] {
        assert_eq!(
            invoke(Some(given)),
            (Some(given.to_owned()), Some(Reason::NoObject))
        );
    }
    let mut not_base64 = Some("{}".to_owned());
    let left_out = add_to(&mut not_base64, &carrier());
    assert_eq!(left_out.unwrap().reason, Reason::NoObject);
    assert_eq!(not_base64.as_deref(), Some("{}"));
}

#[test]
fn a_client_context_grows_up_to_the_limit_and_not_over_it() {
    // 3583 is no length of a padded text: the longest is 3580, of 2685 bytes.
    let fixed = format!(r#"{{"a":"","custom":{{{HEADERS}}}}}"#).len();
    for (size, reason) in [
        (2685 - fixed, None),
        (2686 - fixed, Some(Reason::EntrySize)),
    ] {
        let given = format!(r#"{{"a":"{}"}}"#, "x".repeat(size));
        let (context, left_out) = invoke(Some(&given));
        assert_eq!(left_out, reason);
        assert_eq!(context == Some(given), reason.is_some());
    }
}
