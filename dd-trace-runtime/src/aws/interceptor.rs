//! The SDK's hooks around one call.

use std::fmt;
use std::marker::PhantomData;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextRef, Error,
    FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

use super::call::{Call, Operation};
use super::left_out::LeftOut;
use crate::context::carrier::Carrier;
use crate::telemetry::Telemetry;

/// What differs from service to service.
pub(super) trait Service: fmt::Debug + Send + Sync + 'static {
    /// The SDK's type of a region, which each service exports.
    type Region: Storable<Storer = StoreReplace<Self::Region>>
        + AsRef<str>
        + fmt::Debug
        + Send
        + Sync;

    /// The name in spans, such as `sqs`.
    const NAME: &'static str;

    /// The first label of the service's host, where the service is a peer in Datadog's maps.
    const PEER: Option<&'static str>;

    /// The tags that say which queue, topic or function a call is about.
    fn tags(input: &Input, tags: &mut Vec<KeyValue>);

    /// Makes the request ask for what consumers need, with an active trace or without.
    fn ask(_: &mut Input) {}

    /// Puts the headers into the request, if it is one that carries them; every part of it that has no room
    /// for them stays as it is.
    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut>;

    /// The code and message of an error that the service answered with, as the SDK has read them; of an
    /// operation without a trace context in it they are read again.
    fn error(error: &Error) -> Option<&ErrorMetadata>;
}

/// Makes the span of each call and puts its context into the request. Nothing here fails.
pub(super) struct Interceptor<S>(PhantomData<fn() -> S>);

impl<S> Interceptor<S> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S> fmt::Debug for Interceptor<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatadogTracing")
    }
}

impl<S: Service> Intercept for Interceptor<S> {
    fn name(&self) -> &'static str {
        "DatadogTracing"
    }

    /// The first hook that knows the operation.
    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // A config that was given the interceptor twice makes one span all the same.
        if cfg.load::<Call>().is_some() {
            return Ok(());
        }
        if Telemetry::current().enabled() {
            S::ask(context.input_mut());
        }
        if let Some(call) = start::<S>(context.input(), cfg) {
            if let Some(left_out) = S::inject(context.input_mut(), &|| call.carrier()) {
                left_out.report(call.resource());
            }
            cfg.interceptor_state().store_put(call);
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = cfg.get_mut_from_interceptor_state::<Call>() {
            call.attempted();
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = cfg.get_mut_from_interceptor_state::<Call>() {
            let error = context.output_or_error().and_then(Result::err);
            call.finish(context.response(), error, S::error);
        }
        Ok(())
    }
}

fn start<S: Service>(input: &Input, cfg: &ConfigBag) -> Option<Call> {
    let operation = cfg.load::<Metadata>()?;
    let operation = Operation {
        service_id: operation.service(),
        name: operation.name(),
        service: S::NAME,
        peer: S::PEER,
        region: cfg.load::<S::Region>().map(AsRef::as_ref),
    };
    Call::start(&operation, |tags| S::tags(input, tags))
}
