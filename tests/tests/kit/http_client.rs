//! Outgoing HTTP requests through a layer, around each client that the guide names.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dd_trace_runtime::testing::{Invocation, Outcome, Span, carried};
use dd_trace_runtime::{Carrier, TracedError, http_client, trace_headers, traced_handler};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_runtime::tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Request = http::Request<String>;
type Response = http::Response<String>;
type Call = Pin<Box<dyn Future<Output = ()>>>;

#[traced_handler]
async fn caller(_: LambdaEvent<Value>, call: Call) -> Result<(), Error> {
    call.await;
    Ok(())
}

async fn call(call: impl Future<Output = ()> + 'static) -> Outcome<Result<(), TracedError<Error>>> {
    let call: Call = Box::pin(call);
    Invocation::raw("{}").run(|event| caller(event, call)).await
}

fn get(url: &str) -> Request {
    http::Request::get(url).body(String::new()).unwrap()
}

fn answer(status: u16) -> Response {
    http::Response::builder()
        .status(status)
        .body(String::new())
        .unwrap()
}

fn meta<'a>(span: &'a Span, tag: &str) -> Option<&'a str> {
    span.meta.get(tag).map(String::as_str)
}

/// The headers of a request as a payload, which the tests' consumer reads.
fn payload(headers: &http::HeaderMap) -> String {
    json!({"_datadog": Carrier::from(headers)}).to_string()
}

#[tokio::test]
async fn a_request_is_a_span_whose_id_it_carries() {
    let sent = Arc::new(Mutex::new(None));
    let client = {
        let sent = sent.clone();
        service_fn(move |request: Request| {
            *sent.lock().unwrap() = Some((request, trace_headers()));
            global::tracer("client").in_span("connect", |_| ());
            ready(Ok::<_, Infallible>(answer(200)))
        })
    };
    let client = ServiceBuilder::new()
        .layer(http_client::layer())
        .service(client);
    let outcome = call(async move {
        let mut request = get("https://user:secret@shop.example:8443/orders/7?token=x");
        request.headers_mut().insert("x-datadog-trace-id", 1.into());
        client.oneshot(request).await.unwrap();
    })
    .await;
    let span = outcome.span("http.request");
    assert_eq!(span.parent_id, outcome.root().span_id);
    assert_eq!(
        (&*span.resource, &*span.span_type),
        ("GET /orders/?", "http")
    );
    assert_eq!((&span.service, span.error), (&outcome.root().service, 0));
    for (tag, value) in [
        ("span.kind", "client"),
        ("http.method", "GET"),
        ("http.url", "https://shop.example:8443/orders/7"),
        ("out.host", "shop.example"),
        ("http.status_code", "200"),
    ] {
        assert_eq!(meta(span, tag), Some(value), "{tag}");
    }
    assert_eq!(outcome.span("connect").parent_id, span.span_id);
    let (request, active) = sent.lock().unwrap().take().unwrap();
    assert_eq!(
        carried(&payload(request.headers())),
        Some(span.trace_context())
    );
    assert_eq!(
        Carrier::from(request.headers()).get("x-datadog-trace-id"),
        active.get("x-datadog-trace-id")
    );
    assert_eq!(
        request.uri(),
        "https://user:secret@shop.example:8443/orders/7?token=x"
    );
}

#[tokio::test]
async fn a_status_of_4xx_or_in_the_variable_is_an_error_of_the_request_s_span_alone() {
    const NAME: &str = "DD_TRACE_HTTP_CLIENT_ERROR_STATUSES";
    for (list, status, error) in [
        ("", 302, None),
        ("", 404, Some("404 Not Found")),
        ("", 503, None),
        ("400-599", 404, Some("404 Not Found")),
        ("400-599", 503, Some("503 Service Unavailable")),
        ("302", 302, Some("302 Found")),
        ("302", 404, None),
        ("3xx", 404, Some("404 Not Found")),
    ] {
        let client = service_fn(move |_: Request| ready(Ok::<_, Infallible>(answer(status))));
        let client = ServiceBuilder::new()
            .layer(http_client::layer())
            .service(client);
        let call: Call =
            Box::pin(async move { drop(client.oneshot(get("http://shop.example/")).await) });
        let invocation = Invocation::raw("{}").env(NAME, list);
        let outcome = invocation.run(|event| caller(event, call)).await;
        let span = outcome.span("http.request");
        assert_eq!(
            (span.error, meta(span, "error.message")),
            (i32::from(error.is_some()), error),
            "{list} {status}"
        );
        assert_eq!(outcome.root().error, 0);
    }
}

#[tokio::test]
async fn an_error_of_the_client_is_on_the_span_and_reaches_the_caller() {
    let client = service_fn(async |_: Request| {
        Err::<Response, BoxError>(io::Error::other("no route").into())
    });
    let client = ServiceBuilder::new()
        .layer(http_client::layer())
        .service(client);
    let outcome = call(async move {
        let error = client
            .oneshot(get("http://shop.example/"))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "no route");
    })
    .await;
    let span = outcome.span("http.request");
    let told = ["error.message", "http.status_code"].map(|tag| meta(span, tag));
    assert_eq!((span.error, told), (1, [Some("no route"), None]));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_ends_its_span() {
    let client =
        service_fn(async |_: Request| std::future::pending::<Result<Response, Infallible>>().await);
    let client = ServiceBuilder::new()
        .layer(http_client::layer())
        .service(client);
    let outcome = call(async move {
        let request = client.oneshot(get("http://shop.example/"));
        let _ = tokio::time::timeout(Duration::from_secs(1), request).await;
    })
    .await;
    assert_eq!(
        meta(outcome.span("http.request"), "error.type"),
        Some("Dropped")
    );
}

#[tokio::test]
async fn without_an_active_trace_a_request_stays_as_it_is() {
    let client = service_fn(async |request: Request| {
        assert_eq!(request.headers().len(), 0);
        Ok::<_, Infallible>(answer(200))
    });
    let client = ServiceBuilder::new()
        .layer(http_client::layer())
        .service(client);
    // A copy of it.
    client.oneshot(get("http://shop.example/")).await.unwrap();
    let untraced = Invocation::raw("{}").env("DD_TRACE_ENABLED", "false");
    let request: Call =
        Box::pin(async move { drop(client.oneshot(get("http://shop.example/")).await) });
    let outcome = untraced.run(|event| caller(event, request)).await;
    assert_eq!(outcome.spans(), []);
}

/// A server that answers with the request's headers. Returns its URL.
async fn echo() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/orders/7", listener.local_addr().unwrap());
    let echo = axum::Router::new().fallback(async |headers: http::HeaderMap| payload(&headers));
    tokio::spawn(async { axum::serve(listener, echo).await.unwrap() });
    url
}

#[tokio::test]
async fn a_client_of_hyper_is_traced() {
    let url = echo().await;
    let hyper: Client<HttpConnector, String> = Client::builder(TokioExecutor::new()).build_http();
    let client = ServiceBuilder::new()
        .layer(http_client::layer())
        .service(hyper);
    let outcome = call(async move { drop(client.oneshot(get(&url)).await.unwrap()) }).await;
    let span = outcome.span("http.request");
    assert_eq!(meta(span, "http.status_code"), Some("200"));
    assert_eq!(meta(span, "out.host"), Some("127.0.0.1"));
}

#[tokio::test]
async fn a_client_of_reqwest_is_traced_and_its_server_gets_the_headers() {
    let url = echo().await;
    let reqwest = reqwest::Client::new();
    let client = ServiceBuilder::new()
        .layer(http_client::layer())
        .service_fn(move |request: Request| {
            let reqwest = reqwest.clone();
            async move {
                let response = reqwest.execute(request.try_into()?).await?;
                Ok::<http::Response<reqwest::Body>, reqwest::Error>(response.into())
            }
        });
    let body = Arc::new(Mutex::new(String::new()));
    let received = body.clone();
    let outcome = call(async move {
        let response = client.oneshot(get(&url)).await.unwrap();
        *received.lock().unwrap() = reqwest::Response::from(response).text().await.unwrap();
    })
    .await;
    let body = body.lock().unwrap().clone();
    assert_eq!(
        carried(&body),
        Some(outcome.span("http.request").trace_context())
    );
}

#[tokio::test]
async fn a_traced_channel_of_tonic_still_fits_its_clients() {
    type Body = tonic::body::Body;

    fn generated_client<T: tonic::client::GrpcService<Body>>(channel: T) -> T {
        channel
    }

    // Nobody listens at the discard port.
    let channel = tonic::transport::Endpoint::from_static("http://127.0.0.1:9").connect_lazy();
    let channel = ServiceBuilder::new()
        .layer(http_client::layer())
        .service(channel);
    let channel = generated_client(channel);
    let outcome = call(async move {
        let request = http::Request::post("http://127.0.0.1:9/shop.Orders/Place");
        let request = request.body(Body::empty()).unwrap();
        assert!(channel.oneshot(request).await.is_err());
    })
    .await;
    let span = outcome.span("http.request");
    assert_eq!(
        (&*span.resource, span.error),
        ("POST /shop.Orders/Place", 1)
    );
    assert_eq!(meta(span, "error.message"), Some("transport error"));
    let stack = meta(span, "error.stack").unwrap();
    assert!(stack.contains("ConnectionRefused"), "{stack}");
}
