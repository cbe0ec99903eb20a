//! Data Streams Monitoring that is compiled in and off.

use serde_json::json;

use super::config;
use crate::context::carrier::Carrier;
use crate::event::raw::RawEvent;
use crate::event::trigger::{Trigger, TriggerKind};
use crate::outgoing::checkpoints::{produce, set_consume_checkpoint, with_produce_checkpoint};
use crate::outgoing::trace_headers::trace_headers;
use crate::telemetry::Telemetry;

/// What reads an event or a record is a method of `DataStreams`, which there is none of. The rest is asked for nothing.
#[test]
fn nothing_is_asked_for_and_nothing_is_written() {
    let carrier = json!({"dd-pathway-ctx-base64": "7yRDBs2owNX2oav++WL8yqv++WI="});
    let record = json!({"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:1:orders",
        "body": json!({"_datadog": carrier}).to_string()});
    let event = RawEvent::from_serialize(&json!({"Records": [record]})).unwrap();
    let trigger = Trigger::detect(&event).unwrap();
    let record = record.to_string();
    for vars in [&[][..], &[("DD_DATA_STREAMS_ENABLED", "false")]] {
        let telemetry = Telemetry::new(config(vars));
        assert!(telemetry.data_streams().is_none());
        let context = telemetry.start_invocation(None);
        telemetry.consume(event.as_bytes(), Some(&trigger), &context);
        let context = telemetry.in_pathway_of(record.as_bytes(), TriggerKind::Sqs, context);
        let _active = context.attach();

        let headers: Carrier = serde_json::from_value(carrier.clone()).unwrap();
        set_consume_checkpoint("sqs", "orders", &headers);
        let mut headers = Carrier::new();
        let sizes = std::iter::once_with(|| panic!("a size is asked for"));
        produce(|| panic!("an edge is asked for"), sizes, &mut headers);
        assert!(headers.is_empty());
        assert!(with_produce_checkpoint("sqs", "orders", trace_headers).is_empty());
        assert!(trace_headers().is_empty());
    }
}
