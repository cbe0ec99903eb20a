//! IoT: `Publish`, for a payload that is a JSON object.
//!
//! The headers are the member `_datadog` of the payload. A function behind an IoT rule with `SELECT *` finds them there. A
//! payload that isn't an object, or would grow over 128 KB, stays as it is. So does a retained message, because it
//! outlives its trace.
//!
//! ```no_run
//! use aws_sdk_iotdataplane::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_iotdataplane::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let iot = aws_sdk_iotdataplane::Client::from_conf(config);
//! let payload = aws_sdk_iotdataplane::primitives::Blob::new(r#"{"celsius":21.5}"#);
//! iot.publish().topic("sensors/1").payload(payload).send().await?;
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod tests;

use aws_sdk_iotdataplane::config::Builder;
use aws_sdk_iotdataplane::operation::publish::{PublishError, PublishInput};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::Blob;
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

use super::DatadogTracing;
use super::datadog_member::{DatadogMember, Place};
use super::interceptor::{Interceptor, Service};
use super::left_out::{LeftOut, Reason};
use super::limits::{Batch, Limit};
use crate::context::carrier::Carrier;

/// A payload, by AWS's list of quotas for the message broker.
const LIMIT: Limit = Limit(&[131_072]);

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<Iot>::new())
    }
}

#[derive(Debug)]
struct Iot;

impl Service for Iot {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        let publish = input.downcast_ref::<PublishInput>();
        if let Some(topic) = publish.and_then(PublishInput::topic) {
            tags.push(KeyValue::new("aws.iot.topic", topic.to_owned()));
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        let publish = input.downcast_mut::<PublishInput>()?;
        if publish.retain() == Some(true) {
            return None;
        }
        add_to(publish.payload.as_mut()?, &headers()?)
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        Some(error.downcast_ref::<PublishError>()?.meta())
    }
}

fn add_to(payload: &mut Blob, carrier: &Carrier) -> Option<LeftOut> {
    let member = DatadogMember::of(carrier);
    let size = payload.as_ref().len();
    let place = Place::in_data(payload.as_ref()).ok_or(Reason::NoObject);
    let mut batch = Batch::new(LIMIT, LIMIT, 1);
    batch.add(
        size,
        place.map(|place| (member.added_to(size, &place), place)),
    );
    batch.apply(|place| {
        let mut bytes = std::mem::take(payload).into_inner();
        member.put(&place, &mut bytes);
        *payload = Blob::new(bytes);
    })
}
