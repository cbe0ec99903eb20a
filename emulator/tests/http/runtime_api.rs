//! The Runtime API over real HTTP, with a client in place of a function.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::client::{Answer, Client, soon};
use bytes::Bytes;
use emulator::{Function, FunctionError, Invocation, Outcome, RuntimeApi};
use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinHandle;

pub(crate) const NEXT: &str = "/2018-06-01/runtime/invocation/next";

pub(crate) async fn start() -> (Arc<RuntimeApi>, Client) {
    let api = RuntimeApi::start(Function::new("orders")).await.unwrap();
    let client = Client::connect(api.address()).await;
    (Arc::new(api), client)
}

pub(crate) fn invoke(api: &Arc<RuntimeApi>, invocation: Invocation) -> JoinHandle<Outcome> {
    let api = Arc::clone(api);
    tokio::spawn(async move { api.invoke(invocation).await })
}

pub(crate) fn path(event: &Answer, end: &str) -> String {
    let id = event.header("lambda-runtime-aws-request-id").unwrap();
    format!("/2018-06-01/runtime/invocation/{id}/{end}")
}

pub(crate) fn error(error_type: &str, error_message: &str) -> FunctionError {
    FunctionError {
        error_type: error_type.to_owned(),
        error_message: error_message.to_owned(),
        stack_trace: Vec::new(),
    }
}

#[tokio::test]
async fn an_event_reaches_the_function_and_its_response_the_caller() {
    let (api, mut function) = start().await;
    let outcome = invoke(&api, Invocation::new("{\"n\":1}"));

    let event = soon(function.get(NEXT)).await.unwrap();
    assert_eq!(event.status, StatusCode::OK);
    assert_eq!(event.text(), "{\"n\":1}");
    let answer = function
        .post(&path(&event, "response"), "[2]")
        .await
        .unwrap();

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.text(), r#"{"status":"OK"}"#);
    assert_eq!(
        soon(outcome).await.unwrap(),
        Outcome::Response(Bytes::from("[2]"))
    );
}

#[tokio::test]
async fn an_event_has_the_headers_of_the_protocol() {
    let (api, mut function) = start().await;
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    invoke(&api, Invocation::new("{}"));
    let event = soon(function.get(NEXT)).await.unwrap();
    let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();

    let id = event.header("lambda-runtime-aws-request-id").unwrap();
    assert_eq!(id.len(), 36);
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:orders";
    assert_eq!(
        event.header("lambda-runtime-invoked-function-arn"),
        Some(arn)
    );
    let trace = event.header("lambda-runtime-trace-id").unwrap();
    assert!(
        trace.starts_with("Root=1-") && trace.contains(";Sampled=0"),
        "{trace}"
    );
    assert_eq!(event.header("lambda-runtime-client-context"), None);

    let deadline: u128 = event
        .header("lambda-runtime-deadline-ms")
        .unwrap()
        .parse()
        .unwrap();
    let limit = Duration::from_secs(3);
    let expected = (before + limit).as_millis()..=(after + limit).as_millis();
    assert!(
        expected.contains(&deadline),
        "{deadline} is not in {expected:?}"
    );
}

#[tokio::test]
async fn client_context_and_trace_id_are_passed_on_as_given() {
    let (api, mut function) = start().await;
    let mut invocation = Invocation::new("{}");
    invocation.client_context = Some(r#"{"custom":{"a":"b"}}"#.to_owned());
    invocation.trace_id = Some("Root=1-0-1;Parent=2;Sampled=1".to_owned());
    invoke(&api, invocation);
    let event = soon(function.get(NEXT)).await.unwrap();
    assert_eq!(
        event.header("lambda-runtime-client-context"),
        Some(r#"{"custom":{"a":"b"}}"#)
    );
    assert_eq!(
        event.header("lambda-runtime-trace-id"),
        Some("Root=1-0-1;Parent=2;Sampled=1")
    );
}

#[tokio::test]
async fn an_error_reaches_the_caller_with_its_type() {
    let (api, mut function) = start().await;
    let outcome = invoke(&api, Invocation::new("{}"));
    let event = soon(function.get(NEXT)).await.unwrap();
    let body = json!({ "errorType": "OutOfStock", "errorMessage": "none left" }).to_string();
    let answer = function.post(&path(&event, "error"), body).await.unwrap();
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let expected = error("OutOfStock", "none left");
    assert_eq!(soon(outcome).await.unwrap(), Outcome::Error(expected));
}

#[tokio::test]
async fn an_answer_to_an_unknown_request_is_refused() {
    let (_api, mut function) = start().await;
    for end in ["response", "error"] {
        let path = format!("/2018-06-01/runtime/invocation/no-such-id/{end}");
        let answer = function.post(&path, "{}").await.unwrap();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["errorType"], "InvalidRequestID");
        assert_eq!(answer.json()["errorMessage"], "Invalid request ID");
    }
}

#[tokio::test]
async fn a_second_answer_is_refused() {
    let (api, mut function) = start().await;
    invoke(&api, Invocation::new("{}"));
    let event = soon(function.get(NEXT)).await.unwrap();
    function.post(&path(&event, "response"), "1").await.unwrap();
    let answer = function.post(&path(&event, "error"), "{}").await.unwrap();
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.json()["errorType"], "InvalidStateTransition");
}

#[tokio::test]
async fn a_response_above_six_megabytes_is_refused_and_fails_the_invocation() {
    let (api, mut function) = start().await;
    let limit = 6 * 1024 * 1024 + 100;
    for (size, status) in [
        (limit, StatusCode::ACCEPTED),
        (limit + 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let outcome = invoke(&api, Invocation::new("{}"));
        let event = soon(function.get(NEXT)).await.unwrap();
        let answer = function
            .post(&path(&event, "response"), vec![b' '; size])
            .await
            .unwrap();
        assert_eq!(answer.status, status);
        match soon(outcome).await.unwrap() {
            Outcome::Response(body) => assert_eq!(body.len(), limit),
            Outcome::Error(error) => {
                assert_eq!(error.error_type, "Function.ResponseSizeTooLarge");
                assert_eq!(answer.json()["errorType"], "RequestEntityTooLarge");
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_process_that_cannot_start_fails_the_invocations_that_wait_until_another_polls() {
    let (api, mut function) = start().await;
    let waiting = invoke(&api, Invocation::new("{}"));
    let body = json!({ "errorType": "Runtime.NoTable", "errorMessage": "no table" }).to_string();
    let expected = Outcome::InitError(error("Runtime.NoTable", "no table"));
    while !waiting.is_finished() {
        let answer = function
            .post("/2018-06-01/runtime/init/error", body.clone())
            .await
            .unwrap();
        assert_eq!(answer.status, StatusCode::ACCEPTED);
    }
    assert_eq!(waiting.await.unwrap(), expected);
    assert_eq!(api.invoke(Invocation::new("{}")).await, expected);

    let polling = tokio::spawn(async move { function.get(NEXT).await });
    soon(api.idle()).await;
    invoke(&api, Invocation::new("after a restart"));
    assert_eq!(
        soon(polling).await.unwrap().unwrap().text(),
        "after a restart"
    );
}

#[tokio::test]
async fn an_invocation_times_out_and_its_late_answer_is_refused() {
    let (api, mut function) = start().await;
    let mut invocation = Invocation::new("{}");
    let limit = Duration::from_millis(20);
    invocation.timeout = Some(limit);
    let outcome = invoke(&api, invocation);
    let event = soon(function.get(NEXT)).await.unwrap();
    assert_eq!(soon(outcome).await.unwrap(), Outcome::Timeout { limit });
    let answer = function.post(&path(&event, "response"), "1").await.unwrap();
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn invocations_queue_in_order_and_the_steps_of_each_are_timed() {
    let (api, mut function) = start().await;
    let callers = ["1", "2"].map(|payload| api.invoke(Invocation::new(payload)));
    let work = async {
        for payload in ["1", "2"] {
            let event = function.get(NEXT).await.unwrap();
            assert_eq!(event.text(), payload);
            function
                .post(&path(&event, "response"), payload)
                .await
                .unwrap();
        }
    };
    let [first, second] = callers;
    let (first, second, ()) = soon(async { tokio::join!(biased; first, second, work) }).await;
    assert_eq!(first, Outcome::Response(Bytes::from("1")));
    assert_eq!(second, Outcome::Response(Bytes::from("2")));

    let timings = api.timings();
    assert_eq!(timings.len(), 2);
    assert!(timings[0].handed_out < timings[0].answered);
    assert!(timings[0].answered < timings[0].next_poll);
    assert!(timings[0].next_poll <= timings[1].handed_out);
    assert!(timings[1].answered.is_some());
    assert_eq!(timings[1].next_poll, None);
}

#[tokio::test]
async fn the_function_is_idle_only_when_it_asks_again() {
    let (api, mut function) = start().await;
    let outcome = invoke(&api, Invocation::new("{}"));
    let event = soon(function.get(NEXT)).await.unwrap();
    function.post(&path(&event, "response"), "1").await.unwrap();
    soon(outcome).await.unwrap();

    let mut idle = Box::pin(api.idle());
    let now = std::future::ready(());
    tokio::select! { biased; () = &mut idle => panic!("it hasn't asked again"), () = now => {} }
    tokio::spawn(async move { function.get(NEXT).await });
    soon(idle).await;
    assert!(api.timings()[0].next_poll.is_some());
}

#[tokio::test]
async fn several_pollers_work_at_once() {
    let (api, mut one) = start().await;
    let mut two = Client::connect(api.address()).await;
    let first = invoke(&api, Invocation::new("{}"));
    let second = invoke(&api, Invocation::new("{}"));
    let one_event = soon(one.get(NEXT)).await.unwrap();
    let two_event = soon(two.get(NEXT)).await.unwrap();
    // The later one answers first.
    two.post(&path(&two_event, "response"), "two")
        .await
        .unwrap();
    one.post(&path(&one_event, "response"), "one")
        .await
        .unwrap();
    let outcomes = [soon(first).await.unwrap(), soon(second).await.unwrap()];
    assert!(outcomes.contains(&Outcome::Response(Bytes::from("one"))));
    assert!(outcomes.contains(&Outcome::Response(Bytes::from("two"))));
}

#[tokio::test]
async fn a_poller_that_goes_away_takes_no_event_with_it() {
    let (api, mut gone) = start().await;
    let poll = tokio::spawn(async move { gone.get(NEXT).await });
    soon(api.idle()).await;
    poll.abort();
    let _ = poll.await;
    let outcome = invoke(&api, Invocation::new("{}"));
    let mut function = Client::connect(api.address()).await;
    let event = soon(function.get(NEXT)).await.unwrap();
    function.post(&path(&event, "response"), "1").await.unwrap();
    assert_eq!(
        soon(outcome).await.unwrap(),
        Outcome::Response(Bytes::from("1"))
    );
}

#[tokio::test]
async fn the_environment_names_the_function_and_the_api() {
    let mut function = Function::new("orders");
    function.memory_mb = 512;
    function.concurrency = 4;
    let api = RuntimeApi::start(function).await.unwrap();
    let environment = api.environment();
    let value = |name: &str| {
        let found = environment.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let address = api.address().to_string();
    assert_eq!(value("AWS_LAMBDA_RUNTIME_API"), Some(address.as_str()));
    assert_eq!(value("AWS_LAMBDA_FUNCTION_NAME"), Some("orders"));
    assert_eq!(value("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), Some("512"));
    assert_eq!(value("AWS_LAMBDA_FUNCTION_VERSION"), Some("$LATEST"));
    assert_eq!(
        value("AWS_LAMBDA_INITIALIZATION_TYPE"),
        Some("lambda-managed-instances")
    );
    assert_eq!(value("AWS_LAMBDA_MAX_CONCURRENCY"), Some("4"));
}

#[tokio::test]
async fn the_port_is_closed_after_a_shutdown_even_with_a_poll_open() {
    let (api, mut function) = start().await;
    let poll = tokio::spawn(async move { function.get(NEXT).await });
    soon(api.idle()).await;
    let address = api.address();
    soon(Arc::into_inner(api).unwrap().shutdown()).await;
    assert!(soon(poll).await.unwrap().is_err());
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_function_under_snapstart_goes_on_when_it_is_restored() {
    let (api, mut function) = start().await;
    let restore = "/2018-06-01/runtime/restore/next";
    let poll = tokio::spawn(async move { function.get(restore).await });
    soon(api.initialised()).await;
    assert!(!poll.is_finished());
    api.restore();
    assert_eq!(soon(poll).await.unwrap().unwrap().status, StatusCode::OK);
}
