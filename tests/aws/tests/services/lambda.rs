//! Lambda.

use crate::language::Language::Rust;
use crate::stage::{CONSUMER, Stage};

const CALLER: &str = "\
internal  order  [shop]
  lambda.request  Lambda.Invoke  [aws.lambda]
";
const CALLED: &str = "\
aws.lambda  consumer  [consumer]
  aws.lambda.load  consumer  [consumer]
  internal  work  [consumer]
";

/// `ministack` hands on no client context, to no function: the header isn't read. What goes over the wire
/// and what a function makes of it is tested in `tests/sdk/lambda.rs`; here it is that the service takes it.
#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn an_invocation_with_a_client_context_reaches_the_function() {
    let stage = Stage::set(Rust).await;
    stage.produce(Rust, "lambda", CONSUMER).await;
    stage.agent.assert_traces(&mut [CALLER, CALLED]).await;
    let request = stage.agent.span("lambda.request", "Lambda.Invoke").await;
    assert_eq!(request.meta["http.status_code"], "200");
}
