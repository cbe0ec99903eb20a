//! What is counted of calls. The hashes are those that ddtrace 4.16 gives the same calls of boto3, with the service
//! `orders` in `prod` and `DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED=false`.

use aws_sdk_kinesis::operation::get_records::{GetRecordsInput, GetRecordsOutput};
use aws_sdk_kinesis::operation::put_records::PutRecordsInput;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, Record};
use aws_sdk_sqs::operation::receive_message::{ReceiveMessageInput, ReceiveMessageOutput};
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchInput;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, SendMessageBatchRequestEntry};
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};
use aws_smithy_types::Blob;

use crate::aws::interceptor::Service;
use crate::aws::kinesis::Kinesis;
use crate::aws::receiving::Receiving;
use crate::aws::sqs::Sqs;
use crate::config::Config;
use crate::context::carrier::Carrier;
use crate::data_streams::tests::{Counted, counted};
use crate::telemetry::Telemetry;

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
const STREAM: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
/// A pathway of another service, and its hash.
const HEADER: &str = "7yRDBs2owNX2oav++WL8yqv++WI=";
const PARENT: u64 = 15_402_496_324_133_922_031;

/// What is counted while `call` runs in an invocation.
fn counts(call: impl FnOnce()) -> Vec<Counted> {
    let telemetry = Telemetry::new(Config::from_vars(|name| {
        let value = match name {
            "DD_DATA_STREAMS_ENABLED" => "true",
            "DD_SERVICE" => "orders",
            "DD_ENV" => "prod",
            _ => return None,
        };
        Some(value.to_owned())
    }));
    let context = telemetry.start_invocation(None);
    let _active = context.attach();
    call();
    counted(telemetry.data_streams().unwrap())
}

fn inject<S: Service>(input: Input) {
    let mut input = input;
    let headers = || {
        Some(
            [("x-datadog-trace-id", "1")]
                .into_iter()
                .collect::<Carrier>(),
        )
    };
    assert_eq!(S::inject(&mut input, &headers), None);
}

fn receive<S: Service>(input: &Input, output: &Output) {
    let mut receiving = Receiving::from(|| S::receives(input)).unwrap();
    S::received(output, &mut receiving.counter().unwrap());
    assert!(receiving.counter().is_none(), "it is given once");
}

fn batch(size: usize) -> Input {
    let entries = (0..size).map(|id| {
        let entry = SendMessageBatchRequestEntry::builder().id(id.to_string());
        entry.message_body("order 7").build().unwrap()
    });
    let input = SendMessageBatchInput::builder().queue_url(QUEUE);
    Input::erase(input.set_entries(Some(entries.collect())).build().unwrap())
}

#[test]
fn each_message_of_a_batch_is_counted_with_its_headers() {
    for size in [1, 5, 10] {
        let counted = counts(|| inject::<Sqs>(batch(size)));
        let expected = Counted {
            tags: "direction:out,topic:orders,type:sqs".to_owned(),
            hash: 1_076_968_342_701_705_701,
            parent: 0,
            messages: size,
        };
        assert_eq!(counted, [expected]);
    }
}

#[test]
fn each_record_of_a_stream_is_counted_once_whatever_its_number() {
    for size in [125, 250, 500] {
        let records = (0..size).map(|_| {
            let record = PutRecordsRequestEntry::builder().partition_key("a");
            record.data(Blob::new(r#"{"id": 7}"#)).build().unwrap()
        });
        let input = PutRecordsInput::builder().stream_arn(STREAM);
        let input = input.set_records(Some(records.collect())).build().unwrap();
        let counted = counts(|| inject::<Kinesis>(Input::erase(input)));
        let counted: Vec<_> = counted.iter().map(|it| (it.hash, it.messages)).collect();
        assert_eq!(counted, [(688_261_909_151_818_855, size)]);
    }
}

#[test]
fn each_message_that_a_call_receives_is_counted_and_what_follows_goes_on_from_the_last() {
    let carrier = format!(r#"{{"dd-pathway-ctx-base64":"{HEADER}"}}"#);
    let attribute = MessageAttributeValue::builder().data_type("String");
    let attribute = attribute.string_value(carrier).build().unwrap();
    let known = Message::builder().body("order 7");
    let known = known.message_attributes("_datadog", attribute).build();
    let unknown = Message::builder().body("order 8").build();
    let input = Input::erase(
        ReceiveMessageInput::builder()
            .queue_url(QUEUE)
            .build()
            .unwrap(),
    );
    let output = ReceiveMessageOutput::builder()
        .messages(unknown)
        .messages(known);
    let output = Output::erase(output.build());

    let counted = counts(|| {
        receive::<Sqs>(&input, &output);
        inject::<Sqs>(batch(1));
    });
    let hashes: Vec<_> = counted.iter().map(|it| (it.hash, it.parent)).collect();
    let (first, second) = (12_650_950_785_258_470_740, 5_728_197_502_271_153_644);
    assert_eq!(hashes[..2], [(first, 0), (second, PARENT)]);
    assert_eq!(
        hashes[2].1, second,
        "what is sent goes on from what came last"
    );
}

#[test]
fn each_record_that_a_call_gets_is_counted() {
    let data = format!(r#"{{"id":7,"_datadog":{{"dd-pathway-ctx-base64":"{HEADER}"}}}}"#);
    let record = Record::builder().data(Blob::new(data)).partition_key("a");
    let record = record.sequence_number("1").build().unwrap();
    let input = GetRecordsInput::builder()
        .stream_arn(STREAM)
        .shard_iterator("x");
    let output = GetRecordsOutput::builder().records(record).build().unwrap();
    let counted = counts(|| {
        let input = Input::erase(input.build().unwrap());
        receive::<Kinesis>(&input, &Output::erase(output));
    });
    let hashes: Vec<_> = counted.iter().map(|it| (it.hash, it.parent)).collect();
    assert_eq!(hashes, [(9_141_013_694_477_329_499, PARENT)]);
}

#[test]
fn nothing_is_kept_of_a_call_where_nothing_is_counted() {
    let telemetry = Telemetry::new(Config::from_vars(|_| None));
    let _active = telemetry.start_invocation(None).attach();
    let input = Input::erase(
        ReceiveMessageInput::builder()
            .queue_url(QUEUE)
            .build()
            .unwrap(),
    );
    assert!(Receiving::from(|| Sqs::receives(&input)).is_none());
}
