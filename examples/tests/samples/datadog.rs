//! The samples of Datadog's page on serverless trace propagation.

use serde_json::{Value, json};

use crate::sample::run;

/// The extractors' warning about an event without context; the library prints nothing else.
const NO_CONTEXT: &str = "the extractor of `handler` gave no trace context";

/// A producer's carrier, and the trace that its span is in.
fn carrier(producer: &str) -> (Value, String) {
    let run = run(producer, &[]);
    let payload: Value = serde_json::from_str(&run.printed).unwrap();
    let carrier = match &payload["_datadog"] {
        attribute @ Value::Object(members) if members.contains_key("DataType") => {
            assert_eq!(attribute["DataType"], "String");
            serde_json::from_str(attribute["StringValue"].as_str().unwrap()).unwrap()
        }
        carrier => carrier.clone(),
    };
    (carrier, run.trace().to_owned())
}

/// The 32 digits of the trace that a carrier continues.
fn trace_of(carrier: &Value) -> String {
    let low: u64 = carrier["x-datadog-trace-id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let tags = carrier["x-datadog-tags"].as_str().unwrap();
    let high = tags
        .split(',')
        .find_map(|tag| tag.strip_prefix("_dd.p.tid="));
    format!("{}{low:016x}", high.unwrap())
}

#[test]
fn each_producer_s_payload_carries_the_trace_that_its_span_is_in() {
    for producer in ["producer_python", "producer_node", "producer_host"] {
        let (carrier, trace) = carrier(producer);
        assert_eq!(trace_of(&carrier), trace, "{producer}");
    }
}

/// An event that each extractor understands.
fn event(extractor: &str, carrier: &Value) -> Value {
    match extractor {
        "extractor_python" => json!({ "_datadog": carrier.to_string() }),
        "extractor_node" => json!({ "_datadog": carrier }),
        _ => {
            let headers = carrier.as_object().unwrap().iter();
            let attributes: Value = headers
                .map(|(name, value)| {
                    (
                        name.clone(),
                        json!({"dataType": "String", "stringValue": value}),
                    )
                })
                .collect();
            json!({ "Records": [{ "messageAttributes": attributes }] })
        }
    }
}

const EXTRACTORS: [&str; 3] = ["extractor_python", "extractor_node", "extractor_go"];

#[test]
fn each_extractor_continues_the_trace_of_the_host_s_producer() {
    let (carrier, trace) = carrier("producer_host");
    let parent: u64 = carrier["x-datadog-parent-id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    for extractor in EXTRACTORS {
        let run = run(extractor, &[&event(extractor, &carrier).to_string()]);
        assert_eq!(run.trace(), trace, "{extractor}");
        assert!(
            run.told.contains(&format!("parent {parent:016x} missing")),
            "{}",
            run.told
        );
        assert!(!run.printed.contains(NO_CONTEXT), "{}", run.printed);
    }
}

#[test]
fn each_extractor_is_asked_first() {
    for extractor in EXTRACTORS {
        let run = run(extractor, &["{}"]);
        assert!(
            run.printed.contains(NO_CONTEXT),
            "{extractor}: {}",
            run.printed
        );
    }
}

#[test]
fn each_extractor_has_an_event_of_its_own() {
    for extractor in EXTRACTORS {
        assert_eq!(run(extractor, &[]).trace(), format!("{:032x}", 123));
    }
}

#[test]
fn the_extractor_for_node_reads_what_the_producer_for_node_sends() {
    let sent = run("producer_node", &[]);
    let received = run("extractor_node", &[sent.printed.trim()]);
    assert_eq!(received.trace(), sent.trace());
    assert!(
        !received.printed.contains(NO_CONTEXT),
        "{}",
        received.printed
    );
}
