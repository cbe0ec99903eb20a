//! Lambda.

use aws_sdk_lambda::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dd_trace_runtime::testing::Invocation;
use serde_json::{Value, json};

use crate::wire::{Request, Wire};
use crate::{assert_headers_of, call, client, consumer};

fn client_context(request: &Request) -> Value {
    let context = request.headers["x-amz-client-context"].to_str().unwrap();
    serde_json::from_slice(&STANDARD.decode(context).unwrap()).unwrap()
}

#[tokio::test]
async fn an_invocation_carries_its_span_to_the_function() {
    let wire = Wire::answering("{}").await;
    let lambda = client!(aws_sdk_lambda, wire);
    let outcome = call(async move {
        let invoke = lambda.invoke().function_name("checkout");
        invoke
            .payload(Blob::new("{\"id\": 7}"))
            .send()
            .await
            .unwrap();
    })
    .await;
    let request = wire.request();
    assert_eq!(&request.body[..], b"{\"id\": 7}");
    let context = client_context(&request);
    let span = outcome.span("lambda.request");
    assert_headers_of(&context["custom"], span);
    assert_eq!(context.as_object().unwrap().len(), 1);

    // `lambda_runtime` reads the client context as a function's process does.
    let callee = Invocation::raw("{\"id\": 7}").lambda_context(|lambda| {
        lambda.client_context = serde_json::from_value(context).unwrap();
    });
    assert_eq!(
        callee.run(consumer).await.parent(),
        Some(span.trace_context())
    );
}

#[tokio::test]
async fn the_user_s_client_context_keeps_its_members() {
    let wire = Wire::answering("").await;
    let lambda = client!(aws_sdk_lambda, wire);
    let given = json!({"client": {"app_title": "shop"}, "custom": {"tenant": "a"}});
    let encoded = STANDARD.encode(given.to_string());
    let outcome = call(async move {
        let invoke = lambda.invoke().function_name("checkout");
        let invoke = invoke.invocation_type(aws_sdk_lambda::types::InvocationType::Event);
        invoke.client_context(encoded).send().await.unwrap();
    })
    .await;
    let mut context = client_context(&wire.request());
    assert_headers_of(&context["custom"], outcome.span("lambda.request"));
    context["custom"] = json!({"tenant": context["custom"]["tenant"]});
    assert_eq!(context, given);
}

#[tokio::test]
async fn an_invocation_whose_response_is_streamed_carries_its_span_too() {
    let wire = Wire::answering("").await;
    let lambda = client!(aws_sdk_lambda, wire);
    let outcome = call(async move {
        let invoke = lambda.invoke_with_response_stream();
        let invoke = invoke.function_name("checkout").payload(Blob::new("{}"));
        invoke.send().await.unwrap();
    })
    .await;
    let span = outcome.span("lambda.request");
    assert_eq!(span.resource, "Lambda.InvokeWithResponseStream");
    assert_eq!(span.meta["functionname"], "checkout");
    assert_headers_of(&client_context(&wire.request())["custom"], span);
}
