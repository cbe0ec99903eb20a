//! Kinesis: `PutRecord`, and every record of `PutRecords`.
//!
//! The headers are the last member, `_datadog`, of data that is a JSON object; an older one is replaced. Other data stays
//! as it is. So does a record that would grow over 1 MiB or 10 MiB with its partition key, and a whole request that
//! would grow over 5 MiB or 10 MiB. All data is parsed for this, which takes about a microsecond for each kilobyte.
//!
//! ```no_run
//! use aws_sdk_kinesis::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_kinesis::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let kinesis = aws_sdk_kinesis::Client::from_conf(config);
//! let data = aws_sdk_kinesis::primitives::Blob::new(r#"{"id":7}"#);
//! kinesis.put_record().stream_name("orders").partition_key("7").data(data).send().await?;
//! # Ok(())
//! # }
//! ```

mod operations;
#[cfg(test)]
mod tests;

use std::iter;

use aws_sdk_kinesis::config::Builder;
#[cfg(feature = "dsm")]
use aws_sdk_kinesis::operation::get_records::{GetRecordsInput, GetRecordsOutput};
use aws_sdk_kinesis::operation::put_record::{PutRecordError, PutRecordInput};
use aws_sdk_kinesis::operation::put_records::{PutRecordsError, PutRecordsInput};
#[cfg(feature = "dsm")]
use aws_smithy_runtime_api::client::interceptors::context::Output;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::Blob;
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

use super::DatadogTracing;
use super::datadog_member::{DatadogMember, Place};
use super::interceptor::{Interceptor, Service};
use super::left_out::{LeftOut, Reason};
use super::limits::{Batch, Limit};
use super::pathway::{self, Topic};
#[cfg(feature = "dsm")]
use super::receiving::Received;
use crate::context::carrier::Carrier;
#[cfg(feature = "dsm")]
use crate::extraction::pathways;

/// A record with its partition key: 10 MiB by the SDK's documentation of `PutRecord`, if the stream was told so
/// (`UpdateMaxRecordSize`, from 1 MiB on); 1 MiB by botocore's model of 1.40, and of a stream that wasn't.
const RECORD: Limit = Limit(&[1_048_576, 10_485_760]);
/// All records of a request with their keys: 10 MiB by the SDK's documentation of `PutRecords`; 5 MiB by
/// botocore's model of 1.40.
const REQUEST: Limit = Limit(&[5_242_880, 10_485_760]);

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<Kinesis>::new())
    }
}

#[derive(Debug)]
pub(super) struct Kinesis;

impl Service for Kinesis {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        // `arn:aws:kinesis:eu-west-1:123456789012:stream/orders`
        let in_arn = || Some(operations::stream_arn(input)?.rsplit_once('/')?.1);
        let name = operations::stream_name(input).or_else(in_arn);
        if let Some(name) = name {
            tags.push(KeyValue::new("aws.kinesis.stream_name", name.to_owned()));
            tags.push(KeyValue::new("streamname", name.to_owned()));
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        if let Some(input) = input.downcast_mut::<PutRecordInput>() {
            let size = || size(input.data(), input.partition_key());
            let to = || stream(input.stream_arn(), input.stream_name());
            let headers = pathway::add(headers()?, to, iter::once_with(size));
            return put_record(input, &headers);
        }
        let input = input.downcast_mut::<PutRecordsInput>()?;
        let records = input.records().iter();
        let sizes = records.map(|it| size(Some(it.data()), Some(it.partition_key())));
        let to = || stream(input.stream_arn(), input.stream_name());
        let headers = pathway::add(headers()?, to, sizes);
        put_records(input, &headers)
    }

    #[cfg(feature = "dsm")]
    fn receives(input: &Input) -> Option<Topic<'_>> {
        let input = input.downcast_ref::<GetRecordsInput>()?;
        Some(stream(input.stream_arn(), None))
    }

    #[cfg(feature = "dsm")]
    fn received(output: &Output, take: &mut dyn FnMut(Received)) {
        let output = output.downcast_ref::<GetRecordsOutput>();
        for record in output.into_iter().flat_map(GetRecordsOutput::records) {
            take(Received {
                pathway: pathways::of_data(record.data().as_ref()),
                size: size(Some(record.data()), Some(record.partition_key())),
            });
        }
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        None.or_else(|| Some(error.downcast_ref::<PutRecordError>()?.meta()))
            .or_else(|| Some(error.downcast_ref::<PutRecordsError>()?.meta()))
    }
}

/// The ARN if the call has it, else the name, as in ddtrace 4.16.
fn stream<'a>(arn: Option<&'a str>, name: Option<&'a str>) -> Topic<'a> {
    Topic::new("kinesis", arn.or(name))
}

/// The bytes of a record.
fn size(data: Option<&Blob>, key: Option<&str>) -> usize {
    data.map_or(0, |data| data.as_ref().len()) + key.map_or(0, str::len)
}

fn put_record(input: &mut PutRecordInput, carrier: &Carrier) -> Option<LeftOut> {
    let key = input.partition_key().map_or(0, str::len);
    put([(input.data.as_mut()?, key)].into_iter(), carrier)
}

fn put_records(input: &mut PutRecordsInput, carrier: &Carrier) -> Option<LeftOut> {
    let records = input.records.as_mut()?.iter_mut();
    let records = records.map(|record| (&mut record.data, record.partition_key.len()));
    put(records, carrier)
}

/// Records: their data, and the bytes of their partition keys.
fn put<'a>(
    records: impl ExactSizeIterator<Item = (&'a mut Blob, usize)>,
    carrier: &Carrier,
) -> Option<LeftOut> {
    let member = DatadogMember::of(carrier);
    let mut batch = Batch::new(RECORD, REQUEST, records.len());
    for (data, key) in records {
        let size = data.as_ref().len();
        // JSON in Base64 stays: its consumer expects Base64.
        let place = Place::in_data(data.as_ref()).ok_or(Reason::NoObject);
        let change = place.map(|place| (member.added_to(size, &place) + key, (data, place)));
        batch.add(size + key, change);
    }
    batch.apply(|(data, place)| {
        let mut bytes = std::mem::take(data).into_inner();
        member.put(&place, &mut bytes);
        *data = Blob::new(bytes);
    })
}
