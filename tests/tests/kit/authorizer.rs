//! A Lambda authorizer passes its trace context on to the function behind it.

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{TraceContext, authorizer_context, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{echo, producer};

fn request() -> Value {
    json!({
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/orders",
        "requestContext": {"requestId": "request-1", "stage": "prod"},
    })
}

fn allowed() -> Value {
    json!({"principalId": "user", "policyDocument": {"Version": "2012-10-17", "Statement": []}})
}

/// Answers with the `answer` of the event.
#[traced_handler]
async fn authorize(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload["answer"].clone())
}

fn answering(answer: &Value) -> Invocation {
    let mut event = request();
    event["answer"] = answer.clone();
    Invocation::of(&event)
}

/// The parents that a function behind the authorizer finds in the event of a REST API and of an HTTP API.
async fn behind(authorizer: &Value, request_id: &str) -> [Option<TraceContext>; 2] {
    let mut parents = [None, None];
    let forms = [authorizer.clone(), json!({ "lambda": authorizer })];
    for (parent, authorizer) in parents.iter_mut().zip(forms) {
        let event = json!({"requestContext": {"requestId": request_id, "authorizer": authorizer}});
        *parent = Invocation::of(&event).run(echo).await.parent();
    }
    parents
}

#[tokio::test]
async fn the_function_behind_an_authorizer_is_its_child_unless_the_answer_was_cached() {
    let outcome = answering(&allowed())
        .from_producer(&producer())
        .run(authorize)
        .await;
    let span = outcome.root().trace_context();
    let context = outcome.result.unwrap()["context"].clone();
    assert_eq!(
        behind(&context, "request-1").await,
        [Some(span.clone()), Some(span)]
    );
    assert_eq!(behind(&context, "request-2").await, [None, None]);
}

#[tokio::test]
async fn the_value_that_is_passed_on_has_the_end_of_the_span() {
    let outcome = answering(&allowed()).run(authorize).await;
    let root = outcome.root().clone();
    let value = outcome.result.unwrap()["context"]["_datadog"].clone();
    let members = decode(&value);
    let ended = members["x-datadog-parent-span-finish-time"]
        .as_i64()
        .unwrap();
    assert!(root.start <= ended && ended <= root.start + root.duration);
    assert_eq!(members["x-datadog-authorizing-requestid"], "request-1");
    assert_eq!(members["x-datadog-parent-id"], root.span_id.to_string());
}

fn decode(value: &Value) -> Value {
    use base64::Engine as _;
    let json = base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap());
    serde_json::from_slice(&json.unwrap()).unwrap()
}

#[tokio::test]
async fn the_authorizer_s_own_context_stays() {
    let mut answer = allowed();
    answer["context"] = json!({"tenant": "a", "_datadog": "old"});
    let outcome = answering(&answer).run(authorize).await;
    let context = outcome.result.unwrap()["context"].clone();
    assert_eq!(context["tenant"], "a");
    assert_ne!(context["_datadog"], "old");
}

#[tokio::test]
async fn any_other_answer_is_untouched() {
    for answer in [
        json!({"principalId": "user"}),
        json!({"policyDocument": {"Version": "2012-10-17"}}),
        json!({"principalId": "", "policyDocument": {"Version": "2012-10-17"}}),
        json!({"principalId": "user", "policyDocument": null}),
        json!({"principalId": "user", "policyDocument": {"a": 1}, "context": "text"}),
        json!({"isAuthorized": true}),
        json!([allowed()]),
        json!(null),
    ] {
        let outcome = answering(&answer).run(authorize).await;
        assert_eq!(outcome.result.unwrap(), answer);
    }
    let off = answering(&allowed()).env("DD_ENCODE_AUTHORIZER_CONTEXT", "false");
    assert_eq!(off.run(authorize).await.result.unwrap(), allowed());
}

#[tokio::test]
async fn a_typed_answer_takes_the_value_into_its_context() {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        is_authorized: bool,
        context: Context,
    }
    #[derive(Serialize)]
    struct Context {
        #[serde(rename = "_datadog")]
        datadog: Option<String>,
    }
    #[traced_handler]
    async fn authorize(event: LambdaEvent<Value>) -> Result<Answer, Error> {
        let id = event.payload["requestContext"]["requestId"].as_str();
        Ok(Answer {
            is_authorized: true,
            context: Context {
                datadog: authorizer_context(id),
            },
        })
    }
    let outcome = Invocation::of(&request()).run(authorize).await;
    let span = outcome.root().trace_context();
    let context = serde_json::to_value(outcome.result.unwrap().context).unwrap();
    assert_eq!(
        behind(&context, "request-1").await,
        [Some(span.clone()), Some(span)]
    );
}

#[test]
fn outside_of_an_invocation_there_is_nothing_to_pass_on() {
    assert_eq!(authorizer_context(None), None);
}
