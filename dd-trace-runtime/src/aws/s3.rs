//! S3: span pointers at the objects of `PutObject`, `CopyObject` and `CompleteMultipartUpload`.
//!
//! A notification of S3 carries no trace context. Instead, the span of the call that wrote an object has a span pointer: a
//! hash of bucket, key and `ETag`. The span of the function that gets the notification has the same hash, and Datadog
//! links the two, whatever language each is written in.
//! `DD_TRACE_AWS_ADD_SPAN_POINTERS=false` switches both off. No request changes.
//!
//! ```no_run
//! use aws_sdk_s3::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_s3::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let s3 = aws_sdk_s3::Client::from_conf(config);
//! let body = aws_sdk_s3::primitives::ByteStream::from_static(b"order 7");
//! s3.put_object().bucket("orders").key("7.txt").body(body).send().await?;
//! # Ok(())
//! # }
//! ```

mod operations;
#[cfg(test)]
mod tests;

use aws_sdk_s3::config::Builder;
use aws_sdk_s3::operation::complete_multipart_upload::{
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
};
use aws_sdk_s3::operation::copy_object::{CopyObjectInput, CopyObjectOutput};
use aws_sdk_s3::operation::put_object::{PutObjectInput, PutObjectOutput};
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};
use opentelemetry::KeyValue;

use super::DatadogTracing;
use super::interceptor::{Interceptor, Service};
use super::writes::Writes;
use crate::event::span_pointer::SpanPointer;
use crate::telemetry::Telemetry;

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<S3>::new())
    }
}

#[derive(Debug)]
struct S3;

impl Service for S3 {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        if let Some(bucket) = operations::bucket(input) {
            tags.push(KeyValue::new("aws.s3.bucket_name", bucket.to_owned()));
            tags.push(KeyValue::new("bucketname", bucket.to_owned()));
        }
    }

    fn subdomain(input: &Input) -> Option<&str> {
        operations::bucket(input)
    }

    fn writes(input: &Input, _: &Telemetry) -> Option<Writes> {
        let (bucket, key) = written(input)?;
        let (bucket, key) = (bucket?.to_owned(), key?.to_owned());
        Some(Writes::new(move |output| {
            let etag = etag(output).into_iter();
            let pointers = etag.map(|etag| SpanPointer::of_object(&bucket, key.as_bytes(), etag));
            pointers.collect()
        }))
    }
}

/// The bucket and the key of the object that the call writes.
fn written(input: &Input) -> Option<(Option<&str>, Option<&str>)> {
    if let Some(put) = input.downcast_ref::<PutObjectInput>() {
        return Some((put.bucket(), put.key()));
    }
    if let Some(copy) = input.downcast_ref::<CopyObjectInput>() {
        return Some((copy.bucket(), copy.key()));
    }
    let complete = input.downcast_ref::<CompleteMultipartUploadInput>()?;
    Some((complete.bucket(), complete.key()))
}

fn etag(output: &Output) -> Option<&str> {
    if let Some(put) = output.downcast_ref::<PutObjectOutput>() {
        return put.e_tag();
    }
    if let Some(copy) = output.downcast_ref::<CopyObjectOutput>() {
        return copy.copy_object_result()?.e_tag();
    }
    output
        .downcast_ref::<CompleteMultipartUploadOutput>()?
        .e_tag()
}
