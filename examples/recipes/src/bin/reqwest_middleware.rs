//! A client of `reqwest` with middleware that traces each request.

use async_trait::async_trait;
use dd_trace_runtime::trace_headers;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next, Result};
use tracing::Instrument;
use tracing::field::Empty;

/// Makes a span of each request and puts its trace context into the headers.
struct Traced;

#[async_trait]
impl Middleware for Traced {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let span = tracing::info_span!(
            "http.request",
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = %request.method(),
            server.address = request.url().host_str(),
            http.response.status_code = Empty,
        );
        let sent = async {
            let headers = trace_headers().to_header_map(); // of the span, which is active here
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let response = client()
        .get("http://127.0.0.1:8080/orders/7")
        .send()
        .await?;
    println!("{}", response.status());
    Ok(())
}
