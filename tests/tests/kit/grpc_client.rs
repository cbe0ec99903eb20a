//! Outgoing gRPC calls through a layer: where their status stands, and what becomes of the span. Real clients and
//! servers of tonic are in `examples/recipes`.

use std::convert::Infallible;
use std::future::ready;
use std::io;

use dd_trace_runtime::http_client::{self, GrpcBody};
use dd_trace_runtime::testing::{Invocation, Outcome, Span};
use dd_trace_runtime::{TracedError, traced_handler};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use lambda_runtime::tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

type Bytes = std::collections::VecDeque<u8>;
type Body = UnsyncBoxBody<Bytes, BoxError>;
type Headers = &'static [(&'static str, &'static str)];

/// What a server answers: the status of HTTP, the head, and the trailers behind a message if there is one.
#[derive(Debug, Clone, Copy)]
struct Answer {
    http: u16,
    head: Headers,
    trailers: Option<Headers>,
}

/// What is done with the body of a response.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    ToTheEnd,
    OneMessage,
    Nothing,
}

fn map(headers: Headers) -> HeaderMap {
    let headers = headers.iter().map(|(name, value)| {
        let value = HeaderValue::from_static(value);
        (http::HeaderName::from_static(name), value)
    });
    headers.collect()
}

fn response(answer: Answer) -> Response<Body> {
    let body = match answer.trailers {
        Some(trailers) => {
            let trailers = Some(Ok(map(trailers))).filter(|_| !trailers.is_empty());
            let message = Full::new(Bytes::from([0; 5])).with_trailers(ready(trailers));
            message.map_err(BoxError::from).boxed_unsync()
        }
        None => Empty::new().map_err(BoxError::from).boxed_unsync(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.http.try_into().unwrap();
    *response.headers_mut() = map(answer.head);
    response
}

fn request() -> Request<()> {
    let request = Request::post("http://shop.example:50051/shop.v1.Orders/Place");
    let request = request.header("content-type", "application/grpc");
    request.body(()).unwrap()
}

async fn read(mut body: GrpcBody<Body>, reading: Reading) {
    match reading {
        Reading::ToTheEnd => drop(body.collect().await),
        Reading::OneMessage => assert!(body.frame().await.unwrap().unwrap().is_data()),
        Reading::Nothing => {}
    }
}

#[traced_handler]
async fn caller(_: LambdaEvent<Value>, answer: Answer, reading: Reading) -> Result<(), Error> {
    let server = service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(response(answer))));
    let layer = http_client::grpc_layer();
    let client = ServiceBuilder::new().layer(layer).service(server);
    let response = client.oneshot(request()).await?;
    read(response.into_body(), reading).await;
    Ok(())
}

async fn call(answer: Answer, reading: Reading) -> Outcome<Result<(), TracedError<Error>>> {
    let invocation = Invocation::raw("{}");
    invocation.run(|event| caller(event, answer, reading)).await
}

/// The code, and the type and message of the error if there is one.
fn told(span: &Span) -> (Option<f64>, Option<(&str, &str)>) {
    let meta = |tag| span.meta.get(tag).map(String::as_str);
    let error = meta("error.type").zip(meta("error.message"));
    assert_eq!(span.error, i32::from(error.is_some()));
    (span.metrics.get("grpc.status.code").copied(), error)
}

const NOT_FOUND: Headers = &[("grpc-status", "5"), ("grpc-message", "no order 7%21")];
const MISSING: &str = "the response ended without a `grpc-status`";

#[tokio::test]
async fn the_status_is_read_where_it_stands() {
    use Reading::{Nothing, OneMessage, ToTheEnd};
    let not_found = (Some(5.0), Some(("NOT_FOUND", "no order 7!")));
    let unavailable = (Some(14.0), Some(("UNAVAILABLE", "503 Service Unavailable")));
    let no_status = (Some(2.0), Some(("UNKNOWN", MISSING)));
    let answers = [
        (
            200,
            &[][..],
            Some(&[("grpc-status", "0")][..]),
            ToTheEnd,
            (Some(0.0), None),
        ),
        (200, &[], Some(NOT_FOUND), ToTheEnd, not_found),
        (200, NOT_FOUND, None, ToTheEnd, not_found),
        (200, NOT_FOUND, None, Nothing, not_found),
        (
            200,
            &[("grpc-status", "0")],
            None,
            ToTheEnd,
            (Some(0.0), None),
        ),
        // A stream that its reader has enough of.
        (200, &[], Some(NOT_FOUND), OneMessage, (Some(1.0), None)),
        (200, &[], Some(NOT_FOUND), Nothing, (Some(1.0), None)),
        (200, &[], Some(&[]), ToTheEnd, no_status),
        (200, &[], None, Nothing, no_status),
        (
            200,
            &[],
            Some(&[("grpc-status", "x")]),
            ToTheEnd,
            (Some(2.0), Some(("UNKNOWN", ""))),
        ),
        (503, &[], None, ToTheEnd, unavailable),
        (503, NOT_FOUND, None, ToTheEnd, not_found),
    ];
    for (http, head, trailers, reading, expected) in answers {
        let answer = Answer {
            http,
            head,
            trailers,
        };
        let outcome = call(answer, reading).await;
        let span = outcome.span("grpc.client");
        assert_eq!(told(span), expected, "{answer:?} {reading:?}");
        let http_status = span.meta.get("http.status_code").map(String::as_str);
        assert_eq!(http_status, (http != 200).then_some("503"), "{answer:?}");
        assert_eq!(outcome.root().error, 0);
    }
}

#[tokio::test]
async fn a_call_has_the_tags_of_its_method() {
    let answer = Answer {
        http: 200,
        head: &[],
        trailers: Some(&[("grpc-status", "0")]),
    };
    let outcome = call(answer, Reading::ToTheEnd).await;
    let span = outcome.span("grpc.client");
    assert_eq!(span.parent_id, outcome.root().span_id);
    assert_eq!(
        (&*span.resource, &*span.span_type, &span.service),
        ("/shop.v1.Orders/Place", "http", &outcome.root().service)
    );
    for (tag, value) in [
        ("span.kind", "client"),
        ("component", "grpc"),
        ("grpc.method.path", "/shop.v1.Orders/Place"),
        ("grpc.method.package", "shop.v1"),
        ("grpc.method.service", "Orders"),
        ("grpc.method.name", "Place"),
        ("rpc.service", "shop.v1.Orders"),
        ("out.host", "shop.example"),
    ] {
        assert_eq!(span.meta.get(tag).map(String::as_str), Some(value), "{tag}");
    }
    let port = span.metrics.get("network.destination.port");
    assert_eq!(port.copied(), Some(50_051.0));
    assert!(!span.meta.contains_key("http.method"));
}

/// A stream that breaks: its error is the span's.
#[tokio::test]
async fn an_error_of_the_body_is_on_the_span() {
    #[traced_handler]
    async fn caller(_: LambdaEvent<Value>) -> Result<(), Error> {
        let server = service_fn(async |_: Request<()>| {
            let broken = Full::new(Bytes::from([0; 5]))
                .map_err(BoxError::from)
                .with_trailers(ready(Some(Err(io::Error::other("reset").into()))));
            Ok::<_, Infallible>(Response::new(broken.boxed_unsync()))
        });
        let layer = http_client::grpc_layer();
        let client = ServiceBuilder::new().layer(layer).service(server);
        let response = client.oneshot(request()).await?;
        assert!(response.into_body().collect().await.is_err());
        Ok(())
    }
    let outcome = Invocation::raw("{}").run(caller).await;
    let (code, error) = told(outcome.span("grpc.client"));
    assert_eq!(
        (code, error.map(|(_, message)| message)),
        (None, Some("reset"))
    );
}

#[tokio::test]
async fn the_layer_for_http_knows_a_status_that_is_in_the_head() {
    for (head, trailers, expected) in [
        (
            NOT_FOUND,
            None,
            (Some(5.0), Some(("NOT_FOUND", "no order 7!"))),
        ),
        (&[][..], Some(NOT_FOUND), (None, None)),
    ] {
        #[traced_handler]
        async fn caller(_: LambdaEvent<Value>, answer: Answer) -> Result<(), Error> {
            let server =
                service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(response(answer))));
            let client = ServiceBuilder::new()
                .layer(http_client::layer())
                .service(server);
            drop(client.oneshot(request()).await?.into_body().collect().await);
            Ok(())
        }
        let answer = Answer {
            http: 200,
            head,
            trailers,
        };
        let outcome = Invocation::raw("{}")
            .run(|event| caller(event, answer))
            .await;
        assert_eq!(told(outcome.span("grpc.client")), expected);
    }
}

#[tokio::test]
async fn a_request_that_is_no_call_is_a_request_of_http() {
    #[traced_handler]
    async fn caller(_: LambdaEvent<Value>) -> Result<(), Error> {
        let answer = Answer {
            http: 404,
            head: NOT_FOUND,
            trailers: Some(NOT_FOUND),
        };
        let server = service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(response(answer))));
        let client = ServiceBuilder::new()
            .layer(http_client::grpc_layer())
            .service(server);
        let response = client.oneshot(Request::new(())).await?;
        read(response.into_body(), Reading::ToTheEnd).await;
        Ok(())
    }
    let outcome = Invocation::raw("{}").run(caller).await;
    let span = outcome.span("http.request");
    assert_eq!(told(span), (None, Some(("404", "404 Not Found"))));
}
