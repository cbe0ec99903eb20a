//! The programs of the guide's page on producers: producer and consumer are in one trace.

use crate::sample::run;

/// Each example with its tree: the name and resource of each span, from the root down.
const TREES: [(&str, &[&str]); 6] = [
    ("mqtt", &["internal  publish", "aws.lambda  mqtt"]),
    (
        "kafka",
        &["internal  publish", "aws.msk  orders", "aws.lambda  kafka"],
    ),
    (
        "http_client",
        &[
            "client.request  POST /orders",
            "aws.lambda.url  POST /orders",
            "aws.lambda  http_client",
        ],
    ),
    (
        "websocket",
        &[
            "internal  bid",
            "aws.apigateway.websocket  bid",
            "aws.lambda  websocket",
        ],
    ),
    (
        "step_functions",
        &["internal  start the shipping", "aws.lambda  step_functions"],
    ),
    (
        "outbox",
        &[
            "internal  place order",
            "internal  relay",
            "aws.sqs  orders",
            "aws.lambda  outbox",
        ],
    ),
];

#[test]
fn a_host_sends_a_trace_for_each_message_before_it_ends() {
    let run = run("host", &[]);
    assert_eq!(run.printed.lines().count(), 3, "{}", run.printed);
    assert_eq!(run.traces().len(), 3, "{}", run.told);
}

#[test]
fn each_producer_and_its_consumer_are_in_one_connected_trace() {
    for (name, tree) in TREES {
        let run = run(name, &[]);
        run.trace();
        let rows: Vec<&str> = run.told.lines().filter(|line| line.contains('|')).collect();
        assert_eq!(rows.len(), tree.len(), "{name}: {}", run.told);
        for (depth, (row, span)) in rows.iter().zip(tree).enumerate() {
            let expected = format!("{}{span}  [", "  ".repeat(depth));
            assert!(row.starts_with(&expected), "{name}: {}", run.told);
            assert!(!row.contains("missing"), "{name}: {}", run.told);
        }
        // The function writes to standard output, after the event.
        assert_eq!(run.printed.lines().count(), 1, "{name}: {}", run.printed);
    }
}
