//! The span of a process's start.

use crate::harness::Running;

const ORDER: &str = r#"{"orderId":"1"}"#;
const TRACED: (&str, &str) = ("DD_COLD_START_TRACING", "true");

#[tokio::test]
async fn the_first_invocation_shows_how_long_the_process_took_to_start() {
    let function = Running::with("order", &[TRACED]).await;
    function.response(ORDER).await;
    function.response(ORDER).await;
    let spans = function.agent.spans();
    let named = |name: &str| {
        spans
            .iter()
            .filter(|span| span.name == name)
            .collect::<Vec<_>>()
    };
    let (loads, invocations) = (named("aws.lambda.load"), named("aws.lambda"));
    assert_eq!((loads.len(), invocations.len()), (1, 2));
    let (load, first) = (loads[0], invocations[0]);
    assert_eq!(
        (load.trace_id, load.parent_id),
        (first.trace_id, first.span_id)
    );
    assert_eq!(load.start + load.duration, first.start);
    assert_eq!(
        (&*load.resource, &load.service),
        (&*first.resource, &first.service)
    );
    // The system tells the time of the start to a hundredth of a second.
    assert!(load.duration < 60_000_000_000, "{load:?}");
}

#[tokio::test]
async fn a_process_that_was_not_started_for_an_invocation_has_no_such_span() {
    // SnapStart is another such type; its restore has tests of its own.
    for how in ["provisioned-concurrency", "lambda-managed-instances"] {
        let variables = [TRACED, ("AWS_LAMBDA_INITIALIZATION_TYPE", how)];
        let function = Running::with("order", &variables).await;
        function.response(ORDER).await;
        let spans = function.agent.spans();
        assert!(
            spans.iter().all(|span| span.name != "aws.lambda.load"),
            "{how}"
        );
    }
}
