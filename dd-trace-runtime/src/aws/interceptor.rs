//! The SDK's hooks around one call.

use std::fmt;
use std::marker::PhantomData;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
#[cfg(feature = "dsm")]
use aws_smithy_runtime_api::client::interceptors::context::Output;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, Error, FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::ErrorMetadata;
use aws_types::region::Region;
use opentelemetry::KeyValue;

use super::call::{Answer, Call, Operation};
use super::left_out::LeftOut;
#[cfg(feature = "dsm")]
use super::pathway::Topic;
#[cfg(feature = "dsm")]
use super::receiving::{Received, Receiving};
use super::writes::Writes;
use crate::context::carrier::Carrier;
use crate::telemetry::Telemetry;

/// What differs from service to service.
pub(super) trait Service: fmt::Debug + Send + Sync + 'static {
    /// Whether it knows the types of a service's inputs.
    const KNOWS_INPUTS: bool = true;

    /// The tags that say which queue, topic or function a call is about.
    fn tags(_: &Input, _: &mut Vec<KeyValue>) {}

    /// The part before the service's host name, if the input has it: a bucket.
    fn subdomain(_: &Input) -> Option<&str> {
        None
    }

    /// Makes the request ask for what consumers need, even without an active trace.
    fn ask(_: &mut Input) {}

    /// Puts the headers into a request that can carry them. A part of it that has no room stays as it is.
    fn inject(_: &mut Input, _: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        None
    }

    /// What the call is going to write. Only called if spans have pointers to it.
    fn writes(_: &Input, _: &Telemetry) -> Option<Writes> {
        None
    }

    /// The queue or stream from which the call receives messages.
    #[cfg(feature = "dsm")]
    fn receives(_: &Input) -> Option<Topic<'_>> {
        None
    }

    /// Calls the function with each message of the response.
    #[cfg(feature = "dsm")]
    fn received(_: &Output, _: &mut dyn FnMut(Received)) {}

    /// The code and message of the service's error, as the SDK has read them. For an operation that carries no trace
    /// context they are read from the response again.
    fn error(_: &Error) -> Option<&ErrorMetadata> {
        None
    }
}

/// Makes the span of each call and puts its context into the request. It never fails.
pub(super) struct Interceptor<S>(PhantomData<fn() -> S>);

impl<S> Interceptor<S> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S> Clone for Interceptor<S> {
    fn clone(&self) -> Self {
        Self::new()
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
        if S::KNOWS_INPUTS && Telemetry::current().enabled() {
            S::ask(context.input_mut());
        }
        #[cfg(feature = "dsm")]
        if let Some(receiving) = Receiving::from(|| S::receives(context.input())) {
            cfg.interceptor_state().store_put(receiving);
        }
        // A config with several interceptors still makes one span.
        let has_span = cfg.load::<Call>().is_some();
        if !has_span && let Some(call) = start::<S>(context.input(), cfg) {
            cfg.interceptor_state().store_put(call);
        }
        if let Some(call) = cfg.get_mut_from_interceptor_state::<Call>()
            && S::KNOWS_INPUTS
            && call.is_first_to_read()
        {
            if has_span {
                call.tag(|tags| S::tags(context.input(), tags));
            }
            call.is_to_write(|telemetry| S::writes(context.input(), telemetry));
            if let Some(left_out) = S::inject(context.input_mut(), &|| call.carrier()) {
                left_out.report(call.resource());
            }
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        #[cfg(feature = "dsm")]
        count_received::<S>(context, cfg);
        let attempts = cfg.load::<RequestAttempts>();
        let attempts = attempts.map_or(0, RequestAttempts::attempts);
        if let Some(call) = cfg.get_mut_from_interceptor_state::<Call>() {
            call.finish(
                &Answer {
                    response: context.response(),
                    result: context.output_or_error(),
                    attempts,
                },
                S::error,
            );
        }
        Ok(())
    }
}

#[cfg(feature = "dsm")]
fn count_received<S: Service>(context: &FinalizerInterceptorContextRef<'_>, cfg: &mut ConfigBag) {
    if S::KNOWS_INPUTS
        && let Some(Ok(output)) = context.output_or_error()
        && let Some(receiving) = cfg.get_mut_from_interceptor_state::<Receiving>()
        && let Some(mut count) = receiving.counter()
    {
        S::received(output, &mut count);
    }
}

fn start<S: Service>(input: &Input, cfg: &ConfigBag) -> Option<Call> {
    let operation = cfg.load::<Metadata>()?;
    let operation = Operation {
        service_id: operation.service(),
        name: operation.name(),
        region: cfg.load::<Region>().map(AsRef::as_ref),
        subdomain: S::subdomain(input),
    };
    Call::start(&operation, |tags| S::tags(input, tags))
}
