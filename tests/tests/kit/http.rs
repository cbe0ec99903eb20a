//! The HTTP status of a handler's response, and its effect on the span.

use dd_trace_runtime::testing::{Invocation, Outcome};
use dd_trace_runtime::traced_handler;
use lambda_runtime::streaming::{Body, Response};
use lambda_runtime::{Error, FunctionResponse, LambdaEvent, MetadataPrelude};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An event of each HTTP trigger, as far as it matters here.
fn triggers() -> [(&'static str, Value); 4] {
    [
        (
            "REST API",
            json!({"httpMethod": "GET", "requestContext": {"stage": "prod"}}),
        ),
        (
            "HTTP API",
            json!({"version": "2.0", "requestContext": {"http": {"method": "GET"}, "stage": "$default"}}),
        ),
        (
            "function URL",
            json!({
                "version": "2.0",
                "requestContext": {
                    "domainName": "x.lambda-url.us-east-1.on.aws",
                    "http": {"method": "GET"},
                    "stage": "$default"
                }
            }),
        ),
        (
            "load balancer",
            json!({"httpMethod": "GET", "requestContext": {"elb": {"targetGroupArn": "arn:aws:x"}}}),
        ),
    ]
}

fn request() -> Value {
    triggers()[0].1.clone()
}

/// Answers with the `answer` of the event.
#[traced_handler]
async fn value(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload["answer"].clone())
}

fn said<R>(outcome: &Outcome<R>) -> (Option<&str>, i32) {
    let root = outcome.root();
    let status = root.meta.get("http.status_code").map(String::as_str);
    assert!(!root.metrics.contains_key("http.status_code"));
    (status, root.error)
}

#[tokio::test]
async fn behind_every_http_trigger_the_status_is_a_tag_and_5xx_an_error() {
    for (trigger, event) in triggers() {
        for (answer, expected) in [
            (json!({"statusCode": 200}), (Some("200"), 0)),
            (json!({"statusCode": "404"}), (Some("404"), 0)),
            (json!({"body": "b", "statusCode": 500}), (Some("500"), 1)),
            (json!({"statusCode": 599}), (Some("599"), 1)),
            (json!({"statusCode": 600}), (Some("600"), 0)),
            (json!({"body": "b"}), (Some("200"), 0)),
            (json!({"statusCode": null}), (Some("200"), 0)),
            (json!("text"), (Some("200"), 0)),
            (json!(null), (Some("502"), 1)),
        ] {
            let mut event = event.clone();
            event["answer"] = answer.clone();
            let outcome = Invocation::of(&event).run(value).await;
            assert_eq!(said(&outcome), expected, "{trigger}: {answer}");
            assert_eq!(outcome.result.unwrap(), answer);
        }
    }
}

#[tokio::test]
async fn the_variable_says_which_statuses_are_errors_of_the_function_and_of_its_trigger() {
    const NAME: &str = "DD_TRACE_HTTP_SERVER_ERROR_STATUSES";
    for (list, status, error) in [
        ("404,500-599", 404, 1),
        ("404,500-599", 503, 1),
        ("404", 503, 0),
        ("200-299", 200, 1),
        ("5xx", 503, 1),
        ("5xx", 404, 0),
    ] {
        for (trigger, mut event) in triggers() {
            event["answer"] = json!({"statusCode": status});
            let outcome = Invocation::of(&event).env(NAME, list).run(value).await;
            let errors: Vec<_> = outcome.spans().iter().map(|span| span.error).collect();
            let is_inferred = matches!(trigger, "function URL" | "load balancer");
            let spans = 1 + usize::from(is_inferred);
            assert_eq!(errors, vec![error; spans], "{trigger} {list} {status}");
        }
    }
}

#[traced_handler]
async fn failing(_: LambdaEvent<Value>) -> Result<Value, Error> {
    Err("the till is on fire".into())
}

#[tokio::test]
async fn an_error_of_the_handler_counts_whatever_the_variable_says() {
    let invocation = Invocation::of(&request()).env("DD_TRACE_HTTP_SERVER_ERROR_STATUSES", "404");
    let outcome = invocation.run(failing).await;
    assert_eq!(said(&outcome), (Some("502"), 1));
    assert_eq!(outcome.root().meta["error.message"], "the till is on fire");
}

#[tokio::test]
async fn a_5xx_has_no_error_type_because_the_function_returned_no_error() {
    let mut event = request();
    event["answer"] = json!({"statusCode": 503});
    let outcome = Invocation::of(&event).run(value).await;
    assert!(!outcome.root().meta.contains_key("error.type"));
    assert_eq!(outcome.root().meta["error.message"], "503");
}

#[tokio::test]
async fn behind_any_other_trigger_the_status_is_ignored() {
    for event in [
        json!({"answer": {"statusCode": 500}}),
        json!({"requestContext": {}, "answer": {"statusCode": 500}}),
        json!({"Records": [{"eventSource": "aws:sqs"}], "answer": null}),
    ] {
        let outcome = Invocation::of(&event).run(value).await;
        assert_eq!(said(&outcome), (None, 0), "{event}");
    }
}

#[tokio::test]
async fn the_status_of_a_typed_response_is_found() {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        headers: Value,
        status_code: u16,
    }
    #[traced_handler]
    async fn typed(_: LambdaEvent<Value>) -> Result<Answer, Error> {
        Ok(Answer {
            headers: Value::Null,
            status_code: 504,
        })
    }
    #[traced_handler]
    async fn hidden(_: LambdaEvent<Value>) -> Result<Option<impl Serialize>, Error> {
        Ok(Some(Answer {
            headers: Value::Null,
            status_code: 504,
        }))
    }
    let outcome = Invocation::of(&request()).run(typed).await;
    assert_eq!(said(&outcome), (Some("504"), 1));
    let outcome = Invocation::of(&request()).run(hidden).await;
    assert_eq!(said(&outcome), (Some("504"), 1));
}

#[tokio::test]
async fn the_status_of_a_streamed_response_is_that_of_its_prelude() {
    #[traced_handler]
    async fn plain(_: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
        Ok(Body::from("chunk").into())
    }
    #[traced_handler]
    async fn either(event: LambdaEvent<Value>) -> Result<FunctionResponse<Value, Body>, Error> {
        if event.payload["stream"] != true {
            return Ok(FunctionResponse::BufferedResponse(
                json!({"statusCode": 501}),
            ));
        }
        Ok(FunctionResponse::StreamingResponse(Response {
            metadata_prelude: MetadataPrelude {
                status_code: http::StatusCode::SERVICE_UNAVAILABLE,
                ..MetadataPrelude::default()
            },
            stream: Body::from("chunk"),
        }))
    }
    let outcome = Invocation::of(&request()).run(plain).await;
    assert_eq!(said(&outcome), (Some("200"), 0));
    let outcome = Invocation::of(&request()).run(either).await;
    assert_eq!(said(&outcome), (Some("501"), 1));
    let mut event = request();
    event["stream"] = json!(true);
    let outcome = Invocation::of(&event).run(either).await;
    assert_eq!(said(&outcome), (Some("503"), 1));
}

#[tokio::test]
async fn a_function_that_fails_is_a_bad_gateway() {
    #[derive(Deserialize)]
    struct Order {
        id: u8,
    }
    #[traced_handler]
    async fn fail(event: LambdaEvent<Order>) -> Result<Value, Error> {
        assert_ne!(event.payload.id, 13, "an unlucky order");
        Err("no stock".into())
    }
    let mut event = request();
    let outcome = Invocation::of(&event).run(fail).await;
    assert_eq!(said(&outcome), (Some("502"), 1));
    assert_eq!(outcome.root().meta["error.type"], "EventError");
    event["id"] = json!(1);
    let outcome = Invocation::of(&event).run(fail).await;
    assert_eq!(said(&outcome), (Some("502"), 1));
    assert_eq!(outcome.root().meta["error.message"], "no stock");
    event["id"] = json!(13);
    let outcome = Invocation::of(&event).run_panicking(fail).await;
    assert_eq!(said(&outcome), (Some("502"), 1));
    assert_eq!(outcome.root().meta["error.type"], "panic");
}

#[tokio::test]
async fn a_response_that_cannot_be_serialised_is_a_bad_gateway_and_stays_untouched() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("out of ink")
        }
    }
    #[traced_handler]
    async fn unwritable(_: LambdaEvent<Value>) -> Result<Unwritable, Error> {
        Ok(Unwritable)
    }
    let outcome = Invocation::of(&request()).run(unwritable).await;
    assert_eq!(said(&outcome), (Some("502"), 1));
    assert!(outcome.result.is_ok());
}
