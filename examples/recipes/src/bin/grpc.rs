//! A function with a client of gRPC whose calls are traced.

use dd_trace_runtime::http_client::{self, GrpcClient};
use dd_trace_runtime::traced_handler;
use lambda_runtime::tower::ServiceBuilder;
use lambda_runtime::{Error, LambdaEvent};
use serde::Deserialize;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

type Client = HealthClient<GrpcClient<Channel>>;

fn client(endpoint: &Endpoint) -> Client {
    let channel = ServiceBuilder::new()
        .layer(http_client::grpc_layer())
        .service(endpoint.connect_lazy());
    // The channel knows the origin already; here it is for the span.
    HealthClient::with_origin(channel, endpoint.uri().clone())
}

/// Which service to ask about: once, or until its server ends the stream.
#[derive(Deserialize)]
struct Question {
    service: String,
    #[serde(default)]
    watch: bool,
}

#[traced_handler]
async fn handler(client: &Client, event: LambdaEvent<Question>) -> Result<Vec<i32>, Error> {
    let Question { service, watch } = event.payload;
    let (mut client, request) = (client.clone(), HealthCheckRequest { service });
    if !watch {
        let answer = client.check(request).await?;
        return Ok(vec![answer.into_inner().status]);
    }
    let mut answers = client.watch(request).await?.into_inner();
    let mut statuses = Vec::new();
    while let Some(answer) = answers.message().await? {
        statuses.push(answer.status);
    }
    Ok(statuses)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = Endpoint::from_shared(std::env::var("HEALTH_URL")?)?;
    let client = client(&endpoint);
    dd_trace_runtime::run(|event| handler(&client, event)).await
}
