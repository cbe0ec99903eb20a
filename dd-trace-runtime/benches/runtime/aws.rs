//! Calls of the AWS SDK, traced and not, answered in memory: the difference is the span and its context in
//! the request. `cargo bench -p dd-trace-runtime --features aws-sqs,aws-kinesis aws`.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use dd_trace_runtime::aws::DatadogTracing;
use divan::Bencher;
use divan::counter::BytesCount;
use tokio::runtime::{Builder, Runtime};

use crate::injection::context;

/// Bytes of a message or record.
const SIZES: [usize; 3] = [100, 1024, 65_536];

/// Answers at once.
#[derive(Debug, Clone, Copy)]
struct InMemory(&'static str);

impl HttpClient for InMemory {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(*self)
    }
}

impl HttpConnector for InMemory {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = 200.try_into().unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0))))
    }
}

/// The config of a service's client, which waits for nothing.
macro_rules! config {
    ($sdk:ident, $answer:expr) => {{
        use $sdk::config::retry::RetryConfig;
        use $sdk::config::timeout::TimeoutConfig;
        use $sdk::config::{
            BehaviorVersion, Builder, Credentials, IdentityCache, Region,
            StalledStreamProtectionConfig,
        };

        Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "bench"))
            .retry_config(RetryConfig::disabled())
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(InMemory($answer))
    }};
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// An object of about `size` bytes, most of it strings as in an order.
fn json(size: usize) -> String {
    let line = r#"{"sku":"A-1","count":2},"#;
    let lines = line.repeat(size / line.len());
    format!(r#"{{"lines":[{}]}}"#, lines.trim_end_matches(','))
}

#[divan::bench_group]
mod sqs {
    use super::{Bencher, BytesCount, DatadogTracing, InMemory, SIZES, context, json, runtime};

    fn send(bencher: Bencher<'_, '_>, size: usize, client: &aws_sdk_sqs::Client) {
        let runtime = runtime();
        let _active = context().attach();
        let body = json(size);
        bencher.counter(BytesCount::of_str(&body)).bench_local(|| {
            let send = client.send_message().queue_url("https://sqs/1/orders");
            runtime.block_on(send.message_body(&*body).send()).unwrap()
        });
    }

    #[divan::bench(args = SIZES)]
    fn plain(bencher: Bencher<'_, '_>, size: usize) {
        let config = config!(aws_sdk_sqs, "{}").build();
        send(bencher, size, &aws_sdk_sqs::Client::from_conf(config));
    }

    #[divan::bench(args = SIZES)]
    fn traced(bencher: Bencher<'_, '_>, size: usize) {
        let config = config!(aws_sdk_sqs, "{}").datadog_tracing().build();
        send(bencher, size, &aws_sdk_sqs::Client::from_conf(config));
    }
}

#[divan::bench_group]
mod kinesis {
    use super::{Bencher, BytesCount, DatadogTracing, InMemory, SIZES, context, json, runtime};

    const PUT: &str = r#"{"ShardId":"0","SequenceNumber":"1"}"#;

    fn put(bencher: Bencher<'_, '_>, size: usize, client: &aws_sdk_kinesis::Client) {
        let runtime = runtime();
        let _active = context().attach();
        let data = json(size);
        bencher.counter(BytesCount::of_str(&data)).bench_local(|| {
            let data = aws_sdk_kinesis::primitives::Blob::new(data.as_bytes());
            let put = client.put_record().stream_name("orders").partition_key("7");
            runtime.block_on(put.data(data).send()).unwrap()
        });
    }

    #[divan::bench(args = SIZES)]
    fn plain(bencher: Bencher<'_, '_>, size: usize) {
        let config = config!(aws_sdk_kinesis, PUT).build();
        put(bencher, size, &aws_sdk_kinesis::Client::from_conf(config));
    }

    #[divan::bench(args = SIZES)]
    fn traced(bencher: Bencher<'_, '_>, size: usize) {
        let config = config!(aws_sdk_kinesis, PUT).datadog_tracing().build();
        put(bencher, size, &aws_sdk_kinesis::Client::from_conf(config));
    }
}
