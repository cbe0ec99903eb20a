//! Lambda.

use crate::lambda_service::LambdaService;
use crate::language::Language::{self, Python, Rust};
use crate::stage::{CONSUMER, Stage};

const CALLER: &str = "\
internal  order  [shop]
  lambda.request  Lambda.Invoke  [aws.lambda]
";
const PYTHON_CALLER: &str = "\
order  order  [shop]
  lambda.command  lambda.invoke  [aws.lambda]
";
const CALLED: &str = "\
aws.lambda  consumer  [consumer]
  aws.lambda.load  consumer  [consumer]
  internal  work  [consumer]
";

/// `ministack` ignores the header with the client context. So this only shows that the service accepts it.
#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn an_invocation_with_a_client_context_reaches_the_function() {
    let stage = Stage::set(Rust).await;
    stage.produce(Rust, "lambda", CONSUMER).await;
    stage.agent.assert_traces(&mut [CALLER, CALLED]).await;
    let request = stage.agent.span("lambda.request", "Lambda.Invoke").await;
    assert_eq!(request.meta["http.status_code"], "200");
}

/// A stand-in that passes the client context on, in place of `ministack`.
async fn called_by(producer: Language) -> Stage {
    let stage = Stage::set(Rust).await;
    let lambda = LambdaService::start(&stage.agent).await;
    let url = lambda.url();
    stage.produce_at(&url, producer, "lambda", CONSUMER).await;
    lambda.idle().await;
    stage
}

/// The trace of the caller's spans, with the function's below.
fn with_called(caller: &str) -> String {
    let indented = CALLED.lines().map(|line| format!("    {line}\n"));
    [caller, &indented.collect::<String>()].concat()
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn a_function_that_is_called_is_in_its_caller_s_trace() {
    let trace = with_called(CALLER);
    called_by(Rust).await.agent.assert_trace(&trace).await;
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_function_that_is_called_is_in_the_trace_of_its_caller_in_python() {
    let trace = with_called(PYTHON_CALLER);
    called_by(Python).await.agent.assert_trace(&trace).await;
}
