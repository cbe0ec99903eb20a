//! The agent over real HTTP, with a client in place of a tracer.

use std::time::{Duration, Instant};

use crate::client::{Answer, Client, request, soon};
use emulator::{Agent, Behaviour, SpanLink, Traces};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(5);
const TRACES: &str = "/v0.4/traces";

fn span(name: &str, id: u64, parent: u64) -> Value {
    json!({
        "service": "shop", "name": name, "resource": "GET /", "type": "web",
        "trace_id": 0xfedc_ba98_7654_3210_u64, "span_id": id, "parent_id": parent,
        "start": 1_700_000_000_000_000_000_i64, "duration": 5_000_000, "error": 0,
        "meta": {}, "metrics": {},
    })
}

fn payload(chunks: &Value) -> Vec<u8> {
    rmp_serde::to_vec(chunks).unwrap()
}

async fn start() -> (Agent, Client) {
    let agent = Agent::start().await.unwrap();
    let client = Client::connect(agent.url()).await;
    (agent, client)
}

async fn put(client: &mut Client, chunks: &Value) -> hyper::Result<Answer> {
    client
        .send(request(Method::PUT, TRACES, payload(chunks)))
        .await
}

#[tokio::test]
async fn spans_are_decoded_and_the_answer_is_that_of_an_agent() {
    let (agent, mut client) = start().await;
    let mut root = span("aws.lambda", 1, 0);
    root["meta"] = json!({ "_dd.p.tid": "6504c27000000000", "env": "test" });
    root["metrics"] = json!({ "_sampling_priority_v1": 1.0 });
    root["error"] = json!(1);
    root["span_links"] = json!([{ "trace_id": 7, "trace_id_high": 8, "span_id": 9, "attributes": {"a": "b"}, "flags": 1 }]);
    let chunks = json!([[root, span("child", 2, 1)], [span("other", 3, 0)]]);
    for method in [Method::PUT, Method::POST] {
        let answer = client
            .send(request(method, TRACES, payload(&chunks)))
            .await
            .unwrap();
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.text(), r#"{"rate_by_service":{}}"#);
    }

    let traces = agent.traces();
    assert_eq!(
        traces.iter().map(Vec::len).collect::<Vec<_>>(),
        [2, 1, 2, 1]
    );
    let root = &traces[0][0];
    assert_eq!(
        (root.service.as_str(), root.span_type.as_str()),
        ("shop", "web")
    );
    assert_eq!((root.span_id, root.parent_id, root.error), (1, 0, 1));
    assert_eq!(root.end(), 1_700_000_000_005_000_000);
    assert_eq!(root.meta["env"], "test");
    assert!((root.metrics["_sampling_priority_v1"] - 1.0).abs() < f64::EPSILON);
    let link = SpanLink {
        trace_id: 7,
        trace_id_high: 8,
        span_id: 9,
        attributes: [("a".to_owned(), "b".to_owned())].into(),
        tracestate: String::new(),
        flags: 1,
    };
    assert_eq!(root.span_links, [link]);
}

#[tokio::test]
async fn every_span_of_a_chunk_has_the_high_bits_that_one_names() {
    let (agent, mut client) = start().await;
    let mut root = span("aws.lambda", 1, 0);
    root["meta"] = json!({ "_dd.p.tid": "6504c27000000000" });
    put(
        &mut client,
        &json!([[root, span("child", 2, 1)], [span("other", 3, 0)]]),
    )
    .await
    .unwrap();
    let ids: Vec<u128> = agent
        .spans()
        .iter()
        .map(emulator::Span::trace_id_128)
        .collect();
    let whole = 0x6504_c270_0000_0000_fedc_ba98_7654_3210;
    assert_eq!(ids, [whole, whole, 0xfedc_ba98_7654_3210]);
    assert_eq!(Traces::from_spans(agent.spans()).as_slice().len(), 2);
}

#[tokio::test]
async fn a_malformed_payload_is_refused_with_the_reason() {
    let (agent, mut client) = start().await;
    let change = |name: &str, value: Value| {
        let mut span = span("a", 1, 0);
        span[name] = value;
        payload(&json!([[span]]))
    };
    let mut missing = span("a", 1, 0);
    missing.as_object_mut().unwrap().remove("start");
    let mut long = payload(&json!([[span("a", 1, 0)]]));
    long.push(0);
    let cases = [
        (change("unknown", json!(1)), "unknown field `unknown`"),
        (
            change("trace_id", json!("12")),
            "wrong msgpack marker FixStr",
        ),
        (change("span_id", json!(-1)), "integer `-1`"),
        (change("meta", json!({ "n": 1 })), "expected a string"),
        (
            change("metrics", json!({ "n": 1 })),
            "expected a metric as a float",
        ),
        (change("service", Value::Null), "expected a string"),
        (
            change("meta", json!({ "_dd.p.tid": "12" })),
            "write 16 hexadecimal digits",
        ),
        (payload(&json!([[missing]])), "missing field `start`"),
        (long, "1 bytes follow the payload"),
        (b"{}".to_vec(), "invalid type"),
    ];
    for (body, reason) in cases {
        let answer = client.post(TRACES, body).await.unwrap();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{reason}");
        assert!(
            answer.text().contains(reason),
            "{} has no {reason}",
            answer.text()
        );
        let kept = agent.requests().pop().unwrap().traces;
        assert_eq!(kept.unwrap_err(), answer.text());
    }
    assert!(agent.spans().is_empty());
}

#[tokio::test]
async fn requests_are_kept_with_headers_size_time_and_connection() {
    let (agent, mut client) = start().await;
    let before = Instant::now();
    let body = payload(&json!([[span("a", 1, 0)]]));
    let size = body.len();
    let mut put = request(Method::PUT, TRACES, body);
    put.headers_mut()
        .insert("datadog-meta-lang", "rust".parse().unwrap());
    client.send(put).await.unwrap();
    let info = client.get("/info").await.unwrap();
    assert_eq!(info.json()["endpoints"], json!([TRACES]));
    let mut second = Client::connect(agent.url()).await;
    assert_eq!(
        second.get("/nowhere").await.unwrap().status,
        StatusCode::NOT_FOUND
    );

    let requests = agent.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|request| (request.path.as_str(), request.connection))
        .collect();
    assert_eq!(seen, [(TRACES, 0), ("/info", 0), ("/nowhere", 1)]);
    assert_eq!(requests[0].headers["datadog-meta-lang"], "rust");
    assert_eq!(
        (&requests[0].method, requests[0].body.len()),
        (&Method::PUT, size)
    );
    assert!(before < requests[0].arrived && requests[0].arrived < requests[1].arrived);
}

#[tokio::test]
async fn waiting_for_spans_ends_when_they_come_and_when_they_dont() {
    let (agent, mut client) = start().await;
    let both = |spans: &[emulator::Span]| spans.len() == 2;
    let send = async {
        put(&mut client, &json!([[span("a", 1, 0)]])).await.unwrap();
        put(&mut client, &json!([[span("b", 2, 1)]])).await.unwrap();
    };
    let (spans, ()) = tokio::join!(agent.wait_for(both, LIMIT), send);
    assert_eq!(spans.unwrap().len(), 2);

    let never = agent
        .wait_for(|spans| spans.len() == 3, Duration::from_millis(5))
        .await;
    let text = never.unwrap_err().to_string();
    assert_eq!(
        text,
        "the awaited spans did not come within 5ms; 2 came: a, b"
    );
}

#[tokio::test]
async fn a_status_is_answered_and_the_spans_are_not_taken() {
    let (agent, mut client) = start().await;
    agent.set_behaviour(Behaviour::Status(503));
    let answer = put(&mut client, &json!([[span("lost", 1, 0)]]))
        .await
        .unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    agent.set_behaviour(Behaviour::Answer);
    put(&mut client, &json!([[span("kept", 2, 0)]]))
        .await
        .unwrap();
    assert_eq!(
        agent
            .spans()
            .iter()
            .map(|span| span.name.clone())
            .collect::<Vec<_>>(),
        ["kept"]
    );
    assert_eq!(
        agent
            .requests()
            .iter()
            .map(|request| request.taken)
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[tokio::test]
async fn a_delayed_answer_comes_after_its_time() {
    let (agent, mut client) = start().await;
    let delay = Duration::from_millis(30);
    agent.set_behaviour(Behaviour::Delay(delay));
    let before = Instant::now();
    let answer = put(&mut client, &json!([])).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert!(before.elapsed() >= delay);
}

#[tokio::test]
async fn a_hung_agent_reads_the_request_and_never_answers() {
    let (agent, mut client) = start().await;
    agent.set_behaviour(Behaviour::Hang);
    let chunks = json!([[span("lost", 1, 0)]]);
    let mut put = Box::pin(put(&mut client, &chunks));
    while agent.requests().is_empty() {
        tokio::select! {
            answer = &mut put => panic!("answered: {answer:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    let more = tokio::time::timeout(Duration::from_millis(20), put).await;
    assert!(more.is_err(), "answered: {more:?}");
    assert!(agent.spans().is_empty());
}

#[tokio::test]
async fn garbage_isn_t_http() {
    let (agent, mut client) = start().await;
    agent.set_behaviour(Behaviour::Garbage);
    let error = soon(put(&mut client, &json!([[span("a", 1, 0)]])))
        .await
        .unwrap_err();
    assert!(error.is_parse(), "{error:?}");
    assert_eq!(agent.spans().len(), 1);
}

#[tokio::test]
async fn a_connection_is_closed_after_the_answer_without_notice() {
    let (agent, mut client) = start().await;
    agent.set_behaviour(Behaviour::CloseAfterAnswer);
    let answer = soon(put(&mut client, &json!([[span("a", 1, 0)]])))
        .await
        .unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("connection"), None);
    assert!(soon(client.get("/info")).await.is_err());
    assert_eq!(agent.spans().len(), 1);
}

#[tokio::test]
async fn a_connection_is_closed_without_an_answer() {
    let (agent, mut client) = start().await;
    agent.set_behaviour(Behaviour::CloseWithoutAnswer);
    let error = soon(put(&mut client, &json!([[span("a", 1, 0)]])))
        .await
        .unwrap_err();
    assert!(error.is_incomplete_message(), "{error:?}");
    assert_eq!(agent.requests().len(), 1);
    assert!(agent.spans().is_empty());
}

#[tokio::test]
async fn the_port_is_closed_after_a_shutdown_and_soon_after_a_drop() {
    let (agent, _client) = start().await;
    let address = agent.url().replace("http://", "");
    agent.shutdown().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());

    let agent = Agent::start().await.unwrap();
    let address = agent.url().replace("http://", "");
    drop(agent);
    soon(async { while tokio::net::TcpStream::connect(&address).await.is_ok() {} }).await;
}
