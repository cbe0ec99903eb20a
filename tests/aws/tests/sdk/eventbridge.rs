//! EventBridge.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::{Value, json};

use crate::wire::Wire;
use crate::{assert_headers_of, call, client, parent_in};

#[tokio::test]
async fn every_event_carries_its_span_to_the_consumer() {
    let wire = Wire::answering(r#"{"FailedEntryCount":0,"Entries":[]}"#).await;
    let events = client!(aws_sdk_eventbridge, wire);
    let outcome = call(async move {
        let entries = [r#"{ "id" : 7.0 }"#, "{}"].map(|detail| {
            let entry = PutEventsRequestEntry::builder().source("shop");
            let entry = entry.detail_type("order").event_bus_name("orders");
            entry.detail(detail).build()
        });
        let put = events.put_events().set_entries(Some(entries.into()));
        put.send().await.unwrap();
    })
    .await;
    let sent = wire.request().json();
    let span = outcome.span("eventbridge.request");
    let entries = sent["Entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    for (entry, start) in entries
        .iter()
        .zip([r#"{ "id" : 7.0 ,"_datadog":{"#, r#"{"_datadog":{"#])
    {
        let text = entry["Detail"].as_str().unwrap();
        assert!(text.starts_with(start) && text.ends_with("}}"), "{text}");
        let detail: Value = serde_json::from_str(text).unwrap();
        let carrier = &detail["_datadog"];
        assert_headers_of(carrier, span);
        assert_eq!(carrier["x-datadog-resource-name"], "orders");
        let started: i64 = carrier["x-datadog-start-time"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let span_started = span.start / 1_000_000;
        let within = span_started..=span_started + span.duration / 1_000_000 + 1;
        assert!(within.contains(&started), "{started} in {within:?}");

        let event = json!({
            "version": "0",
            "id": "1",
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "time": "2023-11-14T22:13:20Z",
            "region": "eu-west-1",
            "resources": [],
            "detail": detail,
        });
        assert_eq!(parent_in(&event).await, Some(span.trace_context()));
    }
}
