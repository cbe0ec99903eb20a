//! Step Functions: `StartExecution` and `StartSyncExecution`.
//!
//! The headers are the last member, `_datadog`, of an input that is a JSON object. An input that already has the member
//! stays as it is, because an execution above has passed it on. So does one that would grow over 256 KiB.
//!
//! For a standard workflow, AWS treats a second `StartExecution` with the same name and input as a repetition of the
//! first. With tracing, the inputs of two calls differ in their headers, so the second call fails with
//! `ExecutionAlreadyExists`, as with Datadog's other tracers. The SDK's own retries count as one call. If you repeat
//! calls yourself and rely on this, give the input the member `"_datadog": null`, which stays as it is.
//!
//! ```no_run
//! use aws_sdk_sfn::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_sfn::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let sfn = aws_sdk_sfn::Client::from_conf(config);
//! sfn.start_execution().state_machine_arn("arn:aws:states:..").input(r#"{"id":7}"#).send().await?;
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod tests;

use aws_sdk_sfn::config::Builder;
use aws_sdk_sfn::operation::start_execution::{StartExecutionError, StartExecutionInput};
use aws_sdk_sfn::operation::start_sync_execution::{
    StartSyncExecutionError, StartSyncExecutionInput,
};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

use super::DatadogTracing;
use super::datadog_member::{DatadogMember, Place};
use super::interceptor::{Interceptor, Service};
use super::left_out::{LeftOut, Reason};
use super::limits::{Batch, Limit};
use crate::context::carrier::Carrier;

/// An execution's input: the length of `SensitiveData` in botocore's model of 1.44, which has it in bytes.
const LIMIT: Limit = Limit(&[262_144]);

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<StepFunctions>::new())
    }
}

#[derive(Debug)]
struct StepFunctions;

impl Service for StepFunctions {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        let start = || {
            input
                .downcast_ref::<StartExecutionInput>()?
                .state_machine_arn()
        };
        let start_sync = || {
            input
                .downcast_ref::<StartSyncExecutionInput>()?
                .state_machine_arn()
        };
        if let Some(arn) = start().or_else(start_sync) {
            tags.push(KeyValue::new("statemachinearn", arn.to_owned()));
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        if let Some(start) = input.downcast_mut::<StartExecutionInput>() {
            return add_to(&mut start.input, &headers()?);
        }
        let start = input.downcast_mut::<StartSyncExecutionInput>()?;
        add_to(&mut start.input, &headers()?)
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        None.or_else(|| Some(error.downcast_ref::<StartExecutionError>()?.meta()))
            .or_else(|| Some(error.downcast_ref::<StartSyncExecutionError>()?.meta()))
    }
}

/// An input that already has the member comes from a state machine above, and keeps that context.
fn add_to(input: &mut Option<String>, carrier: &Carrier) -> Option<LeftOut> {
    let input = input.as_mut()?;
    let place = Place::in_json(input);
    if matches!(place, Some(Place::Instead(_))) {
        return None;
    }
    let member = DatadogMember::of(carrier);
    let mut batch = Batch::new(LIMIT, LIMIT, 1);
    let change = place.map(|place| (member.added_to(input.len(), &place), place));
    batch.add(input.len(), change.ok_or(Reason::NoObject));
    batch.apply(|place| member.put(&place, input))
}
