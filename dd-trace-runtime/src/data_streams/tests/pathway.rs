//! Pathways beside those of ddtrace 4.16: the headers here were written by its `DataStreamsCtx`, with the service
//! `orders` in `prod` and `DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED=false`.

use std::time::Duration;

use super::streams;
use crate::data_streams::{Direction, Edge, Pathway, Time};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

const fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(1_700_000_000_000 + milliseconds)
}

fn edge(direction: Direction, kind: &str, topic: &str) -> Edge {
    Edge::new(direction, kind, topic).unwrap()
}

/// The headers after each of these checkpoints, of a pathway that begins 123 ms after the time above.
fn headers(steps: &[(Edge, u64)]) -> Vec<String> {
    let streams = streams(&[]);
    let mut pathway = Pathway::new(Time::of(millis(123)));
    let steps = steps.iter().map(|(edge, at)| {
        streams.checkpoints(&mut pathway, edge, Time::of(millis(*at)), [0]);
        pathway.encode()
    });
    steps.collect()
}

#[test]
fn a_pathway_has_the_header_that_ddtrace_writes() {
    let consumed = || edge(Direction::In, "sqs", QUEUE);
    let produced = |topic| edge(Direction::Out, "sqs", topic);
    let cases = [
        (
            vec![
                (consumed(), 1_500),
                (produced("billing"), 2_750),
                (produced("billing"), 3_250),
            ],
            vec![
                "ZNsyCGOTW7n2oav++WK4t6v++WI=",
                "7yRDBs2owNX2oav++WL8yqv++WI=",
                "7yRDBs2owNX2oav++WLk0qv++WI=",
            ],
        ),
        (
            vec![(produced("orders"), 1_500), (produced("orders"), 2_500)],
            vec![
                "5YkTbQAp8g72oav++WK4t6v++WI=",
                "5YkTbQAp8g6Ix6v++WKIx6v++WI=",
            ],
        ),
        (
            vec![(
                edge(Direction::In, "eventbridge", "OrderPlaced").with("exchange:bus-é".to_owned()),
                1_500,
            )],
            vec!["l78VxFDWx5r2oav++WK4t6v++WI="],
        ),
        (
            vec![(
                edge(Direction::Out, "kafka", "orders").with("manual_checkpoint:true".to_owned()),
                1_500,
            )],
            vec!["DjM7AlFQe7H2oav++WK4t6v++WI="],
        ),
    ];
    for (steps, expected) in cases {
        assert_eq!(headers(&steps), expected, "{steps:?}");
    }
}

#[test]
fn a_pathway_goes_on_from_its_header() {
    let header = "ZNsyCGOTW7n2oav++WK4t6v++WI=";
    let mut pathway = Pathway::decode(header).unwrap();
    assert_eq!(pathway.encode(), header);
    let edge = edge(Direction::Out, "sqs", "billing");
    streams(&[]).checkpoints(&mut pathway, &edge, Time::of(millis(2_750)), [0]);
    assert_eq!(pathway.encode(), "7yRDBs2owNX2oav++WL8yqv++WI=");
}

#[test]
fn a_header_that_no_tracer_writes_is_none() {
    let long = "A".repeat(4_096);
    for header in ["", "?", "AAAA", "AAAAAAAAAAA=", "ZNsyCGOTW7n2oQ==", &long] {
        assert_eq!(Pathway::decode(header), None, "{header}");
    }
}

#[test]
fn times_of_any_size_survive_a_header() {
    let times = [0, 1, 63, 64, 1 << 20, 1_700_000_000_000, 18_446_744_073_709];
    for milliseconds in times {
        let time = Time::of(Duration::from_millis(milliseconds));
        let pathway = Pathway::new(time);
        assert_eq!(
            Pathway::decode(&pathway.encode()),
            Some(pathway),
            "{milliseconds}"
        );
    }
}

#[test]
fn times_that_are_no_times_don_t_stop_a_pathway() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    for time in [
        &[0x01_u8][..],
        &[0xff; 9],
        &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ] {
        let header = STANDARD.encode([&[7; 8][..], time, time].concat());
        let mut pathway = Pathway::decode(&header).unwrap();
        let edge = edge(Direction::In, "sqs", QUEUE);
        streams(&[]).checkpoints(&mut pathway, &edge, Time::now(), [0]);
        assert_eq!(
            Pathway::decode(&pathway.encode()).map(|it| it.hash),
            Some(pathway.hash)
        );
    }
}

#[test]
fn a_name_that_no_service_gives_has_no_checkpoint() {
    for (topic, has_one) in [
        ("", false),
        (&"t".repeat(512), true),
        (&"t".repeat(513), false),
    ] {
        assert_eq!(Edge::new(Direction::In, "sqs", topic).is_some(), has_one);
    }
}

/// Asks ddtrace for the headers of the same checkpoints, whatever version is installed.
#[test]
#[ignore = "needs ddtrace: .ci/peers"]
fn a_pathway_has_the_header_that_ddtrace_writes_now() {
    const PROGRAM: &str = r"
import json, os, sys
from ddtrace.internal.datastreams import data_streams_processor
from ddtrace.internal.datastreams.processor import DataStreamsCtx
ctx = DataStreamsCtx(data_streams_processor(), 0, 1700000000.123, 1700000000.123)
for tags, at in json.loads(sys.argv[1]):
    ctx.set_checkpoint(tags, now_sec=1700000000 + at / 1000)
    print(ctx.encode_b64(), flush=True)
os._exit(0)
";
    let steps: Vec<(Edge, u64)> = (0..40_u64)
        .map(|step| {
            let direction = [Direction::In, Direction::Out][usize::from(step % 3 == 1)];
            let kind = ["sqs", "sns", "kinesis", "kafka"][usize::try_from(step % 4).unwrap()];
            (
                edge(direction, kind, &format!("topic-é-{}", step % 7)),
                500 + 250 * step,
            )
        })
        .collect();
    let given: Vec<_> = steps.iter().map(|(edge, at)| (&edge.tags, at)).collect();
    let peers = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers/bin/python");
    let output = std::process::Command::new(peers)
        .args(["-c", PROGRAM, &serde_json::to_string(&given).unwrap()])
        .env("DD_DATA_STREAMS_ENABLED", "true")
        .env("DD_SERVICE", "orders")
        .env("DD_ENV", "prod")
        .env("DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED", "false")
        .output()
        .unwrap();
    let written = String::from_utf8(output.stdout).unwrap();
    let written: Vec<&str> = written.lines().collect();
    assert_eq!(
        headers(&steps),
        written,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
