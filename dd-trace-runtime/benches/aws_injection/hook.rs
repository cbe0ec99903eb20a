//! The interceptor of a traced client, called as the SDK does before it serialises a request.

use std::sync::{Arc, OnceLock};

use aws_sdk_sqs::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{
    BehaviorVersion, ConfigBag, Credentials, IdentityCache, Intercept, Region, RuntimeComponents,
    SharedInterceptor, StalledStreamProtectionConfig,
};
use aws_sdk_sqs::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{Input, InterceptorContext};
use aws_smithy_runtime_api::client::orchestrator::Metadata;

/// One call, up to where its hook is due.
#[derive(Debug)]
pub(crate) struct Call {
    context: InterceptorContext,
    config: ConfigBag,
}

#[derive(Debug)]
pub(crate) struct Hook {
    interceptor: SharedInterceptor,
    components: RuntimeComponents,
}

impl Hook {
    pub(crate) fn new(mut interceptors: impl Iterator<Item = SharedInterceptor>) -> Self {
        Self {
            interceptor: interceptors.next().unwrap(),
            components: components(),
        }
    }

    pub(crate) fn call(input: Input) -> Call {
        let mut config = ConfigBag::base();
        let state = config.interceptor_state();
        state.store_put(Metadata::new("Operation", "Service"));
        state.store_put(Region::new("eu-west-1"));
        let context = InterceptorContext::new(input);
        Call { context, config }
    }

    pub(crate) fn run(&self, call: &mut Call) {
        let mut context = (&mut call.context).into();
        let hook = self.interceptor.modify_before_serialization(
            &mut context,
            &self.components,
            &mut call.config,
        );
        hook.unwrap();
    }
}

/// The components of a real call, which only the SDK can make; the call ends in the interceptor.
fn components() -> RuntimeComponents {
    #[derive(Debug, Clone, Default)]
    struct Keep(Arc<OnceLock<RuntimeComponents>>);

    impl Intercept for Keep {
        fn name(&self) -> &'static str {
            "Keep"
        }

        fn read_before_serialization(
            &self,
            _: &BeforeSerializationInterceptorContextRef<'_>,
            components: &RuntimeComponents,
            _: &mut ConfigBag,
        ) -> Result<(), BoxError> {
            self.0.get_or_init(|| components.clone());
            Err("there is nothing to call".into())
        }
    }

    let keep = Keep::default();
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "bench"))
        .retry_config(RetryConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(keep.clone())
        .build();
    let sqs = aws_sdk_sqs::Client::from_conf(config);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let called = runtime.unwrap().block_on(sqs.list_queues().send());
    assert!(called.is_err(), "its interceptor has failed");
    keep.0.get().unwrap().clone()
}
