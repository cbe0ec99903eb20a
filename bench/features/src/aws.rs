//! A call of an AWS service that is answered at once, without the network.

use std::convert::Infallible;
use std::sync::OnceLock;

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use lambda_runtime::Error;

type Call = Operation<(), (), Infallible>;

/// Makes a call, `traced` or not.
pub async fn call(traced: bool) -> Result<(), Error> {
    static TRACED: OnceLock<Call> = OnceLock::new();
    static PLAIN: OnceLock<Call> = OnceLock::new();
    let call = if traced { &TRACED } else { &PLAIN };
    call.get_or_init(|| operation(traced)).invoke(()).await?;
    Ok(())
}

fn operation(traced: bool) -> Call {
    let operation = Operation::builder()
        .service_name("SQS")
        .operation_name("SendMessage")
        .http_client(InMemory)
        .endpoint_url("https://sqs.eu-west-1.amazonaws.com")
        .no_auth()
        .no_retry()
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    let operation = if traced {
        operation.interceptor(dd_trace_runtime::aws::interceptor())
    } else {
        operation
    };
    operation
        .serializer(|()| Ok(HttpRequest::empty()))
        .deserializer(|_| Ok(()))
        .build()
}

#[derive(Debug, Clone, Copy)]
struct InMemory;

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
        let status = StatusCode::try_from(200).map(|ok| HttpResponse::new(ok, SdkBody::empty()));
        HttpConnectorFuture::ready(Ok(status.expect("200 is a status")))
    }
}
