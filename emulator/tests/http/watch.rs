//! The agent that shows traces, as tracers and its page talk to it.

use std::num::NonZeroUsize;

use emulator::Watch;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request};
use serde_json::{Value, json};

use crate::client::{Answer, Client, soon};

const TRACE_ID: &str = "6553b9c7000000000000000000000007";

async fn watch() -> (Watch, Client) {
    let watch = Watch::start(0, NonZeroUsize::new(10).unwrap())
        .await
        .unwrap();
    let client = Client::connect(watch.url()).await;
    (watch, client)
}

async fn put(client: &mut Client, path: &str, kind: &str, body: Vec<u8>) -> Answer {
    let request = Request::builder()
        .method(Method::PUT)
        .uri(path)
        .header("host", "localhost")
        .header("content-type", kind)
        .body(Full::new(body.into()).boxed_unsync())
        .unwrap();
    soon(client.send(request)).await.unwrap()
}

async fn put_pack(client: &mut Client, path: &str, body: &impl serde::Serialize) -> Answer {
    let body = rmp_serde::to_vec_named(body).unwrap();
    put(client, path, "application/msgpack", body).await
}

async fn get(client: &mut Client, path: &str) -> Value {
    soon(client.get(path)).await.unwrap().json()
}

fn span(span_id: u64, parent_id: u64, name: &str) -> Value {
    json!({
        "service": "shop", "name": name, "resource": "POST /orders", "type": "web",
        "trace_id": 7, "span_id": span_id, "parent_id": parent_id,
        "start": 1_700_000_000_000_000_000_u64 + span_id, "duration": 5_000_000, "error": 0,
        "meta": {"_dd.p.tid": "6553b9c700000000", "http.method": "POST"},
        "metrics": {"_sampling_priority_v1": 1, "rate": 0.5},
    })
}

#[tokio::test]
async fn a_trace_of_v0_4_is_listed_and_drawn() {
    let (watch, mut client) = watch().await;
    let body = json!([[span(1, 0, "web"), span(2, 1, "query")]]);
    let answer = put_pack(&mut client, "/v0.4/traces", &body).await;
    assert_eq!(answer.status, 200);
    assert!(answer.json()["rate_by_service"].is_object());

    let list = get(&mut client, "/api/traces").await;
    assert_eq!(list["traces"][0]["id"], TRACE_ID);
    assert_eq!(list["traces"][0]["spans"], 2);

    let trace = get(&mut client, &format!("/api/traces/{TRACE_ID}")).await;
    let rows = trace["rows"].as_array().unwrap();
    let drawn: Vec<_> = rows
        .iter()
        .map(|row| (row["depth"].as_u64(), row["name"].as_str()))
        .collect();
    assert_eq!(drawn, [(Some(0), Some("web")), (Some(1), Some("query"))]);
    assert_eq!(rows[0]["meta"]["http.method"], "POST");
    assert_eq!(rows[0]["duration_ms"], 5.0);

    let changed = soon(watch.changed()).await;
    assert!(
        changed[0]
            .to_timeline()
            .contains("  query  POST /orders  [shop]")
    );
}

#[tokio::test]
async fn v0_5_and_json_are_the_same_trace() {
    let (watch, mut client) = watch().await;
    let table = [
        "",
        "shop",
        "web",
        "POST /orders",
        "_dd.p.tid",
        "6553b9c700000000",
        "rate",
    ];
    let span = json!([
        1,
        2,
        3,
        7,
        1,
        0,
        1_700_000_000_000_000_000_u64,
        5_000_000,
        0,
        {},
        {},
        0
    ]);
    // JSON has no numbers for keys, MessagePack does.
    let maps = (
        std::collections::BTreeMap::from([(4, 5)]),
        std::collections::BTreeMap::from([(6, 0.5)]),
    );
    let list = span.as_array().unwrap();
    let number = |index: usize| list[index].as_u64().unwrap();
    let packed = (
        number(0),
        number(1),
        number(2),
        number(3),
        number(4),
        number(5),
        number(6),
        number(7),
        number(8),
        maps.0,
        maps.1,
        number(11),
    );
    let answer = put_pack(&mut client, "/v0.5/traces", &(table, [[packed]])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json = json!([[self::span(2, 1, "query")]])
        .to_string()
        .into_bytes();
    let answer = put(&mut client, "/v0.4/traces", "application/json", json).await;
    assert_eq!(answer.status, 200, "{}", answer.text());

    let traces = watch.traces();
    assert_eq!(traces.len(), 1);
    let names: Vec<_> = traces[0]
        .rows()
        .iter()
        .map(|row| row.span.name.clone())
        .collect();
    assert_eq!(names, ["web", "query"]);
}

#[tokio::test]
async fn a_span_is_taken_however_a_tracer_writes_it() {
    let (watch, mut client) = watch().await;
    for odd in [
        json!({"trace_id": 7, "span_id": 1}),
        json!({"trace_id": 7, "span_id": 2, "parent_id": null, "meta": null, "metrics": null, "type": null, "service": null}),
        json!({"trace_id": 7, "span_id": 3, "error": true, "span_links": null, "span_events": [{"name": "e"}], "meta_struct": {"a": [1]}}),
        json!({"trace_id": 7, "span_id": 4, "start": -5, "duration": 1.5, "meta": {"n": 1, "list": [1], "null": null}}),
    ] {
        let answer = put_pack(&mut client, "/v0.4/traces", &json!([[odd]])).await;
        assert_eq!(answer.status, 200, "{odd}: {}", answer.text());
    }
    assert_eq!(watch.traces()[0].spans().len(), 4);
    for broken in [&b"\x91"[..], b"no msgpack", b"\xff"] {
        let answer = put(
            &mut client,
            "/v0.4/traces",
            "application/msgpack",
            broken.to_vec(),
        )
        .await;
        assert_eq!(answer.status, 400);
    }
    let problems = watch.problems();
    assert_eq!(problems.len(), 3);
    assert!(
        problems[0].starts_with("refused what was sent to /v0.4/traces: "),
        "{problems:?}"
    );
}

#[tokio::test]
async fn spans_in_a_format_that_is_not_read_are_refused_and_told() {
    let (watch, mut client) = watch().await;
    for path in ["/v1/traces", "/v0.7/traces", "/v1.0/traces/"] {
        let answer = put(&mut client, path, "application/x-protobuf", b"x".to_vec()).await;
        assert_eq!(answer.status, 404);
        assert!(soon(watch.changed()).await.is_empty());
        let problems = watch.problems();
        assert!(problems[0].contains(path), "{problems:?}");
    }
}

#[tokio::test]
async fn links_name_traces_that_are_here() {
    let (_watch, mut client) = watch().await;
    let mut linked = span(1, 0, "batch");
    linked["span_links"] = json!([{"trace_id": 9, "span_id": 4, "attributes": {"why": "batch"}}]);
    linked["meta"]["_dd.span_links"] =
        json!(r#"[{"trace_id":"00000000000000000000000000000008","span_id":"0000000000000005"}]"#);
    let mut other = span(5, 0, "producer");
    other["trace_id"] = json!(8);
    other["meta"] = json!({});
    put_pack(&mut client, "/v0.4/traces", &json!([[linked], [other]])).await;

    let trace = get(&mut client, &format!("/api/traces/{TRACE_ID}")).await;
    let links = &trace["rows"][0]["links"];
    assert_eq!(
        (&links[0]["is_here"], &links[1]["is_here"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(links[1]["span_id"], "0000000000000005");
    assert_eq!(links[0]["attributes"]["why"], "batch");
}

#[tokio::test]
async fn everything_else_that_tracers_send_is_accepted() {
    let (watch, mut client) = watch().await;
    for (path, status) in [
        ("/telemetry/proxy/api/v2/apmtelemetry", 202),
        ("/evp_proxy/v2/api/v2/citestcycle", 202),
        ("/profiling/v1/input", 202),
        ("/v0.6/stats", 200),
        ("/lambda/flush", 200),
        ("/v0.7/config", 200),
    ] {
        let answer = put(&mut client, path, "application/json", b"{}".to_vec()).await;
        assert_eq!(answer.status, status, "{path}");
    }
    let info = get(&mut client, "/info").await;
    assert!(
        info["endpoints"]
            .as_array()
            .unwrap()
            .contains(&json!("/v0.5/traces"))
    );
    let hello = soon(client.get("/lambda/hello")).await.unwrap();
    assert_eq!(hello.status, 200);
    assert!(watch.traces().is_empty());
}

#[tokio::test]
async fn the_page_waits_for_a_change() {
    let (watch, mut client) = watch().await;
    let list = get(&mut client, "/api/traces").await;
    let path = format!("/api/traces?seen={}", list["revision"]);
    let url = watch.url();
    let send = async {
        let mut tracer = Client::connect(url).await;
        put_pack(&mut tracer, "/v0.4/traces", &json!([[span(1, 0, "web")]])).await
    };
    let (list, _) = tokio::join!(get(&mut client, &path), send);
    assert_eq!(list["traces"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_of_the_web_cannot_read_traces() {
    let (_watch, mut client) = watch().await;
    let page = soon(client.get("/")).await.unwrap();
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"));
    assert!(!page.text().contains("http://") && !page.text().contains("https://"));

    let rebound = Request::get("/api/traces")
        .header("host", "evil.example:8126")
        .body(Full::default().boxed_unsync())
        .unwrap();
    assert_eq!(soon(client.send(rebound)).await.unwrap().status, 403);
}

#[tokio::test]
async fn a_deep_trace_of_many_spans_is_drawn() {
    let (_watch, mut client) = watch().await;
    let chain: Vec<_> = (1..=3_000).map(|id| span(id, id - 1, "step")).collect();
    put_pack(&mut client, "/v0.4/traces", &json!([chain])).await;
    let trace = get(&mut client, &format!("/api/traces/{TRACE_ID}")).await;
    assert_eq!(trace["rows"].as_array().unwrap().len(), 2_000);
    assert_eq!(trace["left_out"], 1_000);
}

#[tokio::test]
async fn no_part_of_a_span_reaches_a_terminal_as_a_command() {
    let (watch, mut client) = watch().await;
    let mut span = span(1, 0, "web");
    span["resource"] = json!("\u{1b}[2J\r\nforged line");
    put_pack(&mut client, "/v0.4/traces", &json!([[span]])).await;
    let text = soon(watch.changed()).await[0].to_timeline();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn the_program_says_what_is_wrong_with_its_options() {
    for (arguments, problem) in [
        (
            &["--prt", "1"][..],
            "there is no option `--prt`\n\nusage: watch",
        ),
        (&["--port"], "`--port` has no value\n\nusage: watch"),
        (
            &["--port", "99999"],
            "the port is `99999`; write a number up to 65535",
        ),
        (
            &["--keep", "0"],
            "the traces to keep are `0`; write a number from 1 on",
        ),
    ] {
        let mut watch = std::process::Command::new(env!("CARGO_BIN_EXE_watch"));
        let output = watch.args(arguments).output().unwrap();
        assert!(!output.status.success());
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.starts_with(problem), "{arguments:?}: {text}");
    }
}
