use std::collections::HashMap;

use aws_sdk_sns::operation::publish::PublishInput;
use aws_sdk_sns::operation::publish_batch::PublishBatchInput;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use aws_smithy_types::Blob;

use super::{publish, publish_batch};
use crate::aws::DATADOG;
use crate::aws::left_out::Reason;
use crate::context::carrier::Carrier;

fn carrier() -> Carrier {
    [("x-datadog-trace-id", "1"), ("x-datadog-parent-id", "2")]
        .into_iter()
        .collect()
}

fn datadog() -> MessageAttributeValue {
    let attribute = MessageAttributeValue::builder().data_type("Binary");
    let json = carrier().to_json_string();
    attribute.binary_value(Blob::new(json)).build().unwrap()
}

fn other() -> MessageAttributeValue {
    let attribute = MessageAttributeValue::builder().data_type("String");
    attribute.string_value("x").build().unwrap()
}

fn added() -> usize {
    "_datadog".len() + "Binary".len() + carrier().to_json_string().len()
}

#[test]
fn a_message_gains_a_binary_attribute_for_filter_policies_to_work() {
    let mut input = PublishInput::builder().message("order").build().unwrap();
    assert_eq!(publish(&mut input, &carrier()), None);
    let expected = HashMap::from([(DATADOG.to_owned(), datadog())]);
    assert_eq!(input.message_attributes(), Some(&expected));
}

#[test]
fn the_tenth_attribute_is_added_and_the_eleventh_is_not() {
    for (count, reason) in [(9, None), (10, Some(Reason::Attributes))] {
        let given: HashMap<_, _> = (0..count).map(|at| (format!("a{at}"), other())).collect();
        let input = PublishInput::builder().message("order");
        let mut input = input.set_message_attributes(Some(given)).build().unwrap();
        let left_out = publish(&mut input, &carrier());
        assert_eq!(left_out.map(|left_out| left_out.reason), reason);
        assert_eq!(input.message_attributes().unwrap().len(), 10);
    }
}

#[test]
fn message_and_subject_grow_up_to_the_limit_and_not_over_it() {
    let subject = "new order";
    let room = 262_144 - added() - subject.len();
    for (size, reason) in [(room, None), (room + 1, Some(Reason::EntrySize))] {
        let input = PublishInput::builder().subject(subject);
        let mut input = input.message("x".repeat(size)).build().unwrap();
        let left_out = publish(&mut input, &carrier());
        assert_eq!(left_out.map(|left_out| left_out.reason), reason);
        assert_eq!(input.message_attributes().is_some(), reason.is_none());
    }
}

#[test]
fn all_entries_of_a_batch_grow_up_to_the_limit_or_none_does() {
    let half = 131_072 - added();
    for (second, reason) in [(half, None), (half + 1, Some(Reason::RequestSize))] {
        let entries = [half, second].into_iter().enumerate().map(|(at, size)| {
            let entry = PublishBatchRequestEntry::builder().id(at.to_string());
            entry.message("x".repeat(size)).build().unwrap()
        });
        let input = PublishBatchInput::builder();
        let input = input.set_publish_batch_request_entries(Some(entries.collect()));
        let mut input = input.build().unwrap();
        let left_out = publish_batch(&mut input, &carrier());
        assert_eq!(left_out.map(|left_out| left_out.reason), reason);
        for entry in input.publish_batch_request_entries() {
            let datadog = entry.message_attributes().map(|given| &given[DATADOG]);
            assert_eq!(datadog.is_some(), reason.is_none());
        }
    }
}
