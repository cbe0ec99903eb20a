use super::*;

const MEMBER: &str = r#""_datadog":{"x-datadog-trace-id":"1"}"#;

/// The payload that goes out in place of this one.
fn sent(payload: &str, is_retained: bool) -> String {
    let publish = PublishInput::builder()
        .topic("sensors/1")
        .retain(is_retained);
    let publish = publish.payload(Blob::new(payload)).build().unwrap();
    let mut input = Input::erase(publish);
    let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
    Iot::inject(&mut input, &|| Some(carrier.clone()));
    let publish: PublishInput = input.downcast().unwrap();
    String::from_utf8(publish.payload.unwrap().into_inner()).unwrap()
}

#[test]
fn a_json_object_carries_the_headers() {
    assert_eq!(sent("{}", false), format!("{{{MEMBER}}}"));
    assert_eq!(
        sent(r#"{"celsius":21.5}"#, false),
        format!(r#"{{"celsius":21.5,{MEMBER}}}"#)
    );
    assert_eq!(sent(r#"{"_datadog":1}"#, false), format!("{{{MEMBER}}}"));
}

#[test]
fn anything_else_stays_as_it_is() {
    for payload in ["", "21.5", "[]", "{", "{a}"] {
        assert_eq!(sent(payload, false), payload);
    }
    let full = format!(r#"{{"a":"{}"}}"#, "x".repeat(131_072 - 8));
    assert_eq!((full.len(), sent(&full, false) == full), (131_072, true));
}

#[test]
fn a_retained_message_outlives_its_trace_and_stays() {
    assert_eq!(sent("{}", true), "{}");
}
