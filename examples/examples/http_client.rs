//! An HTTP client: a host sends a request, and a function URL passes it to a function.

use std::collections::BTreeMap;

use dd_trace_runtime::{trace_headers, traced_handler};
use examples::local;
use http::{HeaderMap, Request};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::{SpanKind, Tracer};
use serde_json::{Value, json};

fn request(order: &Value) -> Result<Request<String>, Error> {
    let mut request = Request::post("https://shop.lambda-url.us-east-1.on.aws/orders")
        .header("content-type", "application/json")
        .body(order.to_string())?;
    let headers: HeaderMap = trace_headers().to_header_map();
    request.headers_mut().extend(headers);
    Ok(request) // for hyper; `reqwest::RequestBuilder::headers` takes the same map
}

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(json!({ "statusCode": 202, "body": event.payload.get("body") }))
}

/// The event that the function URL makes of the request.
fn event(request: &Request<String>) -> Value {
    let headers: BTreeMap<&str, &str> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let domain = request.uri().host();
    let path = request.uri().path();
    json!({
        "version": "2.0",
        "rawPath": path,
        "headers": headers,
        "requestContext": {
            "domainName": domain,
            "http": { "method": request.method().as_str(), "path": path, "protocol": "HTTP/1.1" },
            "stage": "$default",
        },
        "body": request.body(),
        "isBase64Encoded": false,
    })
}

async fn produce() -> Result<String, Error> {
    let telemetry = dd_trace_runtime::init();
    let tracer = global::tracer("shop");
    let span = tracer.span_builder("POST /orders");
    let span = span.with_kind(SpanKind::Client);
    let request = tracer.in_span_with_builder(span, |_| request(&json!({ "id": 1 })))?;
    telemetry.flush().await;
    Ok(event(&request).to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::pair(produce(), dd_trace_runtime::run(handler)).await
}
