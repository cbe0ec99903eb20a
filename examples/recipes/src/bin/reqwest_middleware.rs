//! A function with a `reqwest` client whose middleware traces each request.

use async_trait::async_trait;
use dd_trace_runtime::{trace_headers, traced_handler, tracing_layer};
use http::Extensions;
use lambda_runtime::{Error, LambdaEvent};
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use tracing::Instrument;
use tracing::field::Empty;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Makes a span of each request and puts its trace context into the headers.
struct Traced;

#[async_trait]
impl Middleware for Traced {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let span = tracing::info_span!(
            "http.request",
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = %request.method(),
            server.address = request.url().host_str(),
            http.response.status_code = Empty,
        );
        let sent = async {
            let headers = trace_headers().to_header_map(); // the span's, as it is active here
            request.headers_mut().extend(headers);
            next.run(request, extensions).await
        };
        let response = sent.instrument(span.clone()).await;
        match &response {
            Ok(response) => {
                span.record("http.response.status_code", response.status().as_u16());
            }
            Err(_) => {
                span.record("otel.status_code", "ERROR");
            }
        }
        response
    }
}

fn client() -> ClientWithMiddleware {
    ClientBuilder::new(reqwest::Client::new())
        .with(Traced)
        .build()
}

/// The event is the URL, and the answer the status.
#[traced_handler]
async fn handler(client: &ClientWithMiddleware, event: LambdaEvent<String>) -> Result<u16, Error> {
    let response = client.get(event.payload).send().await?;
    Ok(response.status().as_u16())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let spans = tracing_subscriber::registry().with(tracing_layer());
    spans.init();
    let client = client();
    dd_trace_runtime::run(|event| handler(&client, event)).await
}
