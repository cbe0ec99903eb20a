use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;

/// As `aws_lambda_events` declares its responses.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProxyResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Forbidden>,
    status_code: i64,
    multi_value_headers: Option<Forbidden>,
}

/// Must not be written.
struct Forbidden;

impl Serialize for Forbidden {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("a value that isn't the status was written")
    }
}

#[test]
fn the_status_is_read_and_nothing_else_is_written() {
    let response = ProxyResponse {
        body: Some(Forbidden),
        status_code: 503,
        multi_value_headers: Some(Forbidden),
    };
    assert_eq!(probe(&response), Probed::Status(503));
    assert_eq!(probe(&Some(&response)), Probed::Status(503));
    assert_eq!(probe(&Box::new(response)), Probed::Status(503));
}

#[test]
fn what_comes_after_the_status_is_not_even_asked_for() {
    struct Lazy<'a>(&'a Cell<bool>);
    impl Serialize for Lazy<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("statusCode", &200)?;
            self.0.set(true);
            map.end()
        }
    }
    let went_on = Cell::new(false);
    assert_eq!(probe(&Lazy(&went_on)), Probed::Status(200));
    assert!(!went_on.get());
}

#[test]
fn the_status_is_found_in_every_kind_of_object() {
    #[derive(Serialize)]
    struct Flat {
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        Answer {
            #[serde(rename = "statusCode")]
            status: u16,
        },
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Untagged {
        Answer(BTreeMap<&'static str, u16>),
    }
    let object = json!({"body": "b", "statusCode": 404});
    let Value::Object(members) = object.clone() else {
        panic!("not an object");
    };
    let flat = Flat {
        rest: members.into_iter().collect(),
    };
    let text = RawValue::from_string(r#"{"body":{"statusCode":1},"statusCode":404}"#.to_owned());
    assert_eq!(probe(&object), Probed::Status(404));
    assert_eq!(probe(&flat), Probed::Status(404));
    assert_eq!(probe(&text.unwrap()), Probed::Status(404));
    assert_eq!(probe(&Tagged::Answer { status: 404 }), Probed::Status(404));
    let untagged = Untagged::Answer([("statusCode", 404)].into());
    assert_eq!(probe(&untagged), Probed::Status(404));
}

#[test]
fn a_status_is_a_number_or_its_digits() {
    for status in [json!(201), json!("201"), json!(201.0), json!(" 201")] {
        let response = json!({"statusCode": status});
        assert_eq!(probe(&response), Probed::Status(201), "{response}");
    }
    let newtype = BTreeMap::from([("statusCode", http_status())]);
    assert_eq!(probe(&newtype), Probed::Status(201));
}

/// A newtype, as own types of statuses are.
fn http_status() -> impl Serialize {
    #[derive(Serialize)]
    struct Status(u16);
    Status(201)
}

#[test]
fn an_object_without_a_usable_status_has_none() {
    for response in [
        json!({}),
        json!({"StatusCode": 200}),
        json!({"body": {"statusCode": 500}}),
        json!({"statusCode": null}),
        json!({"statusCode": 0}),
        json!({"statusCode": -200}),
        json!({"statusCode": 70_000}),
        json!({"statusCode": "OK"}),
        json!({"statusCode": true}),
        json!({"statusCode": [200]}),
        json!({"statusCode": {"statusCode": 200}}),
        json!({"statusCode": 200.5}),
    ] {
        assert_eq!(probe(&response), Probed::NoStatus, "{response}");
    }
}

#[test]
fn what_is_no_object_has_none() {
    #[derive(Serialize)]
    enum Answer {
        Unit,
        Named {
            #[serde(rename = "statusCode")]
            status: u16,
        },
    }
    assert_eq!(probe("statusCode"), Probed::NoStatus);
    assert_eq!(probe(&200), Probed::NoStatus);
    assert_eq!(probe(&vec![200]), Probed::NoStatus);
    assert_eq!(probe(&("statusCode", 200)), Probed::NoStatus);
    assert_eq!(probe(&Answer::Unit), Probed::NoStatus);
    assert_eq!(probe(&Answer::Named { status: 200 }), Probed::NoStatus);
}

#[test]
fn null_is_nothing() {
    #[derive(Serialize)]
    struct Unit;
    assert_eq!(probe(&()), Probed::Nothing);
    assert_eq!(probe(&Unit), Probed::Nothing);
    assert_eq!(probe(&None::<u8>), Probed::Nothing);
    assert_eq!(probe(&Value::Null), Probed::Nothing);
    let null = RawValue::from_string("null".to_owned()).unwrap();
    assert_eq!(probe(&null), Probed::Nothing);
}

#[test]
fn a_response_that_cannot_be_written_says_so_and_nothing_gets_out() {
    struct Failing;
    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("out of ink"))
        }
    }
    assert_eq!(probe(&Failing), Probed::Failed);
    assert_eq!(probe(&Forbidden), Probed::Failed);
}
