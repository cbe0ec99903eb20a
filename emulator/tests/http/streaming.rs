//! Streamed responses, and streams that fail.

use std::convert::Infallible;

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use emulator::{Invocation, Outcome};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::{HeaderMap, Method, StatusCode};

use crate::client::{Answer, Client, request, soon};
use crate::runtime_api::{NEXT, error, invoke, path, start};

async fn stream(function: &mut Client, event: &Answer, trailers: Option<HeaderMap>) -> Answer {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(4);
    let mut post = request(Method::POST, &path(event, "response"), "").map(|_| body.boxed_unsync());
    let headers = post.headers_mut();
    headers.insert(
        "lambda-runtime-function-response-mode",
        "streaming".parse().unwrap(),
    );
    headers.insert(
        "trailer",
        "Lambda-Runtime-Function-Error-Type".parse().unwrap(),
    );
    headers.append(
        "trailer",
        "Lambda-Runtime-Function-Error-Body".parse().unwrap(),
    );
    let write = async move {
        for part in ["one ", "two"] {
            sender.send_data(Bytes::from(part)).await.unwrap();
        }
        if let Some(trailers) = trailers {
            sender.send_trailers(trailers).await.unwrap();
        }
    };
    let (answer, ()) = tokio::join!(function.send(post), write);
    answer.unwrap()
}

#[tokio::test]
async fn a_streamed_response_arrives_as_a_whole() {
    let (api, mut function) = start().await;
    let outcome = invoke(&api, Invocation::new("{}"));
    let event = soon(function.get(NEXT)).await.unwrap();
    let answer = stream(&mut function, &event, None).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(
        soon(outcome).await.unwrap(),
        Outcome::Response(Bytes::from("one two"))
    );
}

#[tokio::test]
async fn a_stream_that_fails_says_so_in_its_trailers() {
    let (api, mut function) = start().await;
    let outcome = invoke(&api, Invocation::new("{}"));
    let event = soon(function.get(NEXT)).await.unwrap();
    let body = BASE64_STANDARD.encode(r#"{"errorMessage":"the source ran dry"}"#);
    let mut trailers = HeaderMap::new();
    trailers.insert(
        "lambda-runtime-function-error-type",
        "Runtime.StreamError".parse().unwrap(),
    );
    trailers.insert("lambda-runtime-function-error-body", body.parse().unwrap());
    stream(&mut function, &event, Some(trailers)).await;
    let expected = Outcome::StreamError {
        sent: Bytes::from("one two"),
        error: error("Runtime.StreamError", "the source ran dry"),
    };
    assert_eq!(soon(outcome).await.unwrap(), expected);
}
