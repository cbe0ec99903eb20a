use aws_sdk_kinesis::operation::put_record::PutRecordInput;
use aws_sdk_kinesis::operation::put_records::PutRecordsInput;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use aws_smithy_types::Blob;

use super::{put_record, put_records};
use crate::aws::left_out::{LeftOut, Reason};
use crate::context::carrier::Carrier;

const DATADOG: &str = r#""_datadog":{"x-datadog-trace-id":"1"}"#;
const KEY: &str = "customer";

fn carrier() -> Carrier {
    [("x-datadog-trace-id", "1")].into_iter().collect()
}

fn one(data: impl AsRef<[u8]>) -> (Vec<u8>, Option<LeftOut>) {
    let input = PutRecordInput::builder().partition_key(KEY);
    let mut input = input.data(Blob::new(data.as_ref())).build().unwrap();
    let left_out = put_record(&mut input, &carrier());
    (input.data.unwrap().into_inner(), left_out)
}

fn several<D: AsRef<[u8]>>(data: impl IntoIterator<Item = D>) -> (Vec<Vec<u8>>, Option<LeftOut>) {
    let records = data.into_iter().map(|data| {
        let record = PutRecordsRequestEntry::builder().partition_key(KEY);
        record.data(Blob::new(data.as_ref())).build().unwrap()
    });
    let input = PutRecordsInput::builder().set_records(Some(records.collect()));
    let mut input = input.build().unwrap();
    let left_out = put_records(&mut input, &carrier());
    let records = input.records.unwrap().into_iter();
    (
        records.map(|record| record.data.into_inner()).collect(),
        left_out,
    )
}

/// An object of `size` bytes.
fn sized(size: usize) -> String {
    format!(r#"{{"a":"{}"}}"#, "x".repeat(size - r#"{"a":""}"#.len()))
}

#[test]
fn an_object_gains_the_member_and_keeps_its_newline() {
    let (data, left_out) = one("{\"id\": 7}\n");
    assert_eq!(left_out, None);
    assert_eq!(data, format!("{{\"id\": 7,{DATADOG}}}\n").into_bytes());
}

#[test]
fn data_that_is_no_object_stays_to_the_byte() {
    for data in [
        &b""[..],
        b"{template}",
        b"[{}]",
        b"eyJpZCI6N30=",
        b"\xf3\x89\x9a\xc2",
        b"{\"a\":\"\xff\"}",
    ] {
        let (untouched, left_out) = one(data);
        assert_eq!(untouched, data);
        assert_eq!(left_out.unwrap().reason, Reason::NoObject);
    }
}

#[test]
fn every_record_of_a_request_gains_the_member_where_it_can() {
    let (data, left_out) = several(["{}", "plain", r#"{"_datadog":{"x":"1"}}"#]);
    let with_member = format!("{{{DATADOG}}}");
    assert_eq!(
        data,
        [with_member.as_bytes(), b"plain", with_member.as_bytes()]
    );
    let left_out = left_out.unwrap();
    assert_eq!((left_out.entries, left_out.of), (1, 3));
}

#[test]
fn a_record_with_its_key_grows_up_to_each_limit_and_never_over_it() {
    let added = DATADOG.len() + 1 + KEY.len();
    for limit in [1_048_576, 10_485_760] {
        assert_eq!(one(sized(limit - added)).1, None);
        let data = sized(limit - added + 1);
        let (untouched, left_out) = one(&data);
        assert_eq!(left_out.unwrap().reason, Reason::EntrySize);
        assert_eq!(untouched, data.into_bytes());
    }
}

#[test]
fn a_request_that_would_grow_over_a_limit_goes_out_untouched() {
    let added = DATADOG.len() + 1 + KEY.len();
    let fifth = sized(1_048_576 - added);
    assert_eq!(several(vec![&fifth; 5]).1, None);
    let mut records = vec![fifth; 5];
    records.push(String::new());
    records.push("{}".to_owned());
    let (untouched, left_out) = several(&records);
    let left_out = left_out.unwrap();
    assert_eq!((left_out.entries, left_out.of), (7, 7));
    assert_eq!(left_out.reason, Reason::RequestSize);
    assert_eq!(
        untouched,
        records.iter().map(String::as_bytes).collect::<Vec<_>>()
    );
}
