use std::collections::HashMap;

use aws_sdk_sqs::operation::receive_message::ReceiveMessageInput;
use aws_sdk_sqs::operation::send_message::SendMessageInput;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchInput;
use aws_sdk_sqs::types::{
    Message, MessageAttributeValue, MessageSystemAttributeName, SendMessageBatchRequestEntry,
};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_types::Blob;
use serde_json::json;

use super::{Sqs, trace_context};
use crate::aws::DATADOG;
use crate::aws::interceptor::Service;
use crate::aws::left_out::{LeftOut, Reason};
use crate::context::carrier::Carrier;

type Attributes = HashMap<String, MessageAttributeValue>;

fn carrier() -> Carrier {
    [("x-datadog-trace-id", "1"), ("x-datadog-parent-id", "2")]
        .into_iter()
        .collect()
}

/// What the attribute adds to a message: its name, its type and the headers.
fn added() -> usize {
    "_datadog".len() + "String".len() + carrier().to_json_string().len()
}

fn text(value: impl Into<String>) -> MessageAttributeValue {
    let attribute = MessageAttributeValue::builder().data_type("String");
    attribute.string_value(value).build().unwrap()
}

/// Attributes of `count` names, `_datadog` as well if it is wanted.
fn attributes(count: usize, with_datadog: bool) -> Attributes {
    let mut attributes: Attributes = (0..count).map(|at| (format!("a{at}"), text("x"))).collect();
    if with_datadog {
        attributes.insert(DATADOG.to_owned(), text("stale"));
    }
    attributes
}

fn inject<T: Clone + std::fmt::Debug + Send + Sync + 'static>(input: T) -> (T, Option<LeftOut>) {
    let mut input = Input::erase(input);
    let left_out = Sqs::inject(&mut input, &|| Some(carrier()));
    (input.downcast_ref::<T>().unwrap().clone(), left_out)
}

fn send(body: &str, attributes: Attributes) -> (SendMessageInput, Option<LeftOut>) {
    let input = SendMessageInput::builder().message_body(body);
    let input = input.set_message_attributes(Some(attributes)).build();
    inject(input.unwrap())
}

fn entry(id: usize, body: String, attributes: Attributes) -> SendMessageBatchRequestEntry {
    let entry = SendMessageBatchRequestEntry::builder().id(id.to_string());
    let entry = entry.message_body(body);
    entry
        .set_message_attributes(Some(attributes))
        .build()
        .unwrap()
}

fn send_batch(
    entries: Vec<SendMessageBatchRequestEntry>,
) -> (SendMessageBatchInput, Option<LeftOut>) {
    let input = SendMessageBatchInput::builder().set_entries(Some(entries));
    inject(input.build().unwrap())
}

#[test]
fn a_message_gains_the_attribute() {
    let input = SendMessageInput::builder().message_body("order").build();
    let (input, left_out) = inject(input.unwrap());
    assert_eq!(left_out, None);
    let expected = HashMap::from([(DATADOG.to_owned(), text(carrier().to_json_string()))]);
    assert_eq!(input.message_attributes(), Some(&expected));
    assert_eq!(input.message_body(), Some("order"));
}

#[test]
fn the_tenth_attribute_is_added_and_the_eleventh_is_not() {
    let (input, left_out) = send("order", attributes(9, false));
    assert_eq!(
        (input.message_attributes().unwrap().len(), left_out),
        (10, None)
    );

    let ten = attributes(10, false);
    let (input, left_out) = send("order", ten.clone());
    assert_eq!(input.message_attributes(), Some(&ten));
    assert_eq!(left_out.unwrap().reason, Reason::Attributes);
}

#[test]
fn an_older_attribute_is_replaced_and_counts_once() {
    let (input, left_out) = send("order", attributes(9, true));
    let attributes = input.message_attributes().unwrap();
    assert_eq!((attributes.len(), left_out), (10, None));
    assert_eq!(attributes[DATADOG], text(carrier().to_json_string()));
}

#[test]
fn a_message_grows_up_to_each_limit_and_never_over_it() {
    for limit in [262_144, 1_048_576] {
        let fits = "x".repeat(limit - added());
        let (input, left_out) = send(&fits, attributes(0, false));
        assert_eq!(left_out, None);
        assert!(input.message_attributes().unwrap().contains_key(DATADOG));

        let (input, left_out) = send(&format!("{fits}x"), attributes(0, false));
        assert_eq!(left_out.unwrap().reason, Reason::EntrySize);
        assert_eq!(input.message_attributes(), Some(&HashMap::new()));
        assert_eq!(input.message_body().unwrap().len(), fits.len() + 1);
    }
}

#[test]
fn the_other_attributes_count_towards_the_size_and_a_replaced_one_does_not() {
    let blob = MessageAttributeValue::builder().data_type("Binary");
    let blob = blob.binary_value(Blob::new(vec![0; 1000])).build().unwrap();
    let mut others = HashMap::from([("b".to_owned(), blob)]);
    let room = 262_144 - added() - "b".len() - "Binary".len() - 1000;
    assert_eq!(send(&"x".repeat(room), others.clone()).1, None);
    let (_, left_out) = send(&"x".repeat(room + 1), others.clone());
    assert_eq!(left_out.unwrap().reason, Reason::EntrySize);

    others.insert(DATADOG.to_owned(), text("stale"));
    assert_eq!(send(&"x".repeat(room), others).1, None);
}

#[test]
fn every_entry_of_a_batch_gains_the_attribute_save_one_that_is_full() {
    let entries = [
        attributes(0, false),
        attributes(10, false),
        attributes(9, true),
    ];
    let entries = entries.into_iter().enumerate();
    let entries = entries.map(|(at, attributes)| entry(at, "order".to_owned(), attributes));
    let (input, left_out) = send_batch(entries.collect());
    let has = |entry: &SendMessageBatchRequestEntry| {
        entry.message_attributes().unwrap().get(DATADOG) == Some(&text(carrier().to_json_string()))
    };
    assert_eq!(
        input.entries().iter().map(has).collect::<Vec<_>>(),
        [true, false, true]
    );
    let left_out = left_out.unwrap();
    assert_eq!(
        (left_out.entries, left_out.of, left_out.reason),
        (1, 3, Reason::Attributes)
    );
}

#[test]
fn a_batch_that_would_grow_over_a_limit_goes_out_untouched() {
    let half = 131_072 - added();
    let entries = |second: usize| {
        let sizes = [half, second].into_iter().enumerate();
        let entries = sizes.map(|(at, size)| entry(at, "x".repeat(size), HashMap::new()));
        entries.collect::<Vec<_>>()
    };
    assert_eq!(send_batch(entries(half)).1, None);

    let (input, left_out) = send_batch(entries(half + 1));
    assert_eq!(input.entries(), entries(half + 1));
    let left_out = left_out.unwrap();
    assert_eq!(
        (left_out.entries, left_out.reason),
        (2, Reason::RequestSize)
    );
}

#[test]
fn a_receiver_asks_for_the_attribute_unless_it_does_already() {
    for (names, expected) in [
        (&[][..], &["_datadog"][..]),
        (&["tenant"], &["tenant", "_datadog"]),
        (&["_datadog"], &["_datadog"]),
        (&["All"], &["All"]),
        (&[".*"], &[".*"]),
        (&["_data.*"], &["_data.*"]),
        (&["other.*", "all"], &["other.*", "all", "_datadog"]),
    ] {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let input = ReceiveMessageInput::builder().set_message_attribute_names(Some(names));
        let mut input = Input::erase(input.build().unwrap());
        Sqs::ask(&mut input);
        let input = input.downcast_ref::<ReceiveMessageInput>().unwrap();
        assert_eq!(input.message_attribute_names(), expected);
    }
}

fn producer_of(message: aws_sdk_sqs::types::builders::MessageBuilder) -> Option<(u128, u64)> {
    let context = trace_context(&message.build())?;
    Some((context.trace_id(), context.parent_id()))
}

#[test]
fn a_received_message_tells_its_producer_by_its_attribute() {
    let json = carrier().to_json_string();
    let binary = MessageAttributeValue::builder().data_type("Binary");
    let binary = binary
        .binary_value(Blob::new(json.as_str()))
        .build()
        .unwrap();
    for attribute in [text(json), binary] {
        let message = Message::builder()
            .body("order")
            .message_attributes(DATADOG, attribute);
        assert_eq!(producer_of(message), Some((1, 2)));
    }
    assert_eq!(producer_of(Message::builder().body("order")), None);
    let unreadable = Message::builder().message_attributes(DATADOG, text("{"));
    assert_eq!(producer_of(unreadable), None);
}

#[test]
fn a_received_message_tells_its_producer_by_what_sns_and_eventbridge_wrote() {
    let carrier: serde_json::Value = serde_json::from_str(&carrier().to_json_string()).unwrap();
    let from_eventbridge = json!({"detail-type": "order", "detail": {"_datadog": carrier}});
    let attribute = json!({"Type": "String", "Value": carrier.to_string()});
    let from_sns = json!({
        "Type": "Notification",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
        "MessageAttributes": {"_datadog": attribute},
    });
    for body in [from_eventbridge, from_sns] {
        let message = Message::builder().body(body.to_string());
        assert_eq!(producer_of(message), Some((1, 2)), "{body}");
    }
}

#[test]
fn a_received_message_tells_its_producer_by_the_header_of_the_java_tracer() {
    let header = "Root=1-00000000-000000000000000000000001;Parent=0000000000000002;Sampled=1";
    let name = MessageSystemAttributeName::AwsTraceHeader;
    let message = Message::builder().body("order").attributes(name, header);
    assert_eq!(producer_of(message), Some((1, 2)));
}
