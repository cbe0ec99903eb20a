//! The page of `watch` in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail the test, as its own lines do"
)]

use std::num::NonZeroUsize;
use std::process::Stdio;
use std::time::Duration;

use emulator::Watch;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// The longest that the browser may take for anything.
const LIMIT: Duration = Duration::from_secs(20);

/// Sends a request on a connection of its own. Returns the body of the answer.
async fn request(address: &str, method: &str, path: &str, body: &Value) -> Value {
    let body = body.to_string();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut status = String::new();
    stream.read_line(&mut status).await.unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        match line.to_ascii_lowercase().trim().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    // The driver keeps the connection open in any case.
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(status.contains(" 200 "), "{status}{answer}");
    serde_json::from_str(&answer).unwrap()
}

/// Chromium under its driver, which ends with the test.
struct Browser {
    _driver: Child,
    address: String,
    session: String,
}

impl Browser {
    async fn open(url: &str) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver runs");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("the driver tells its port");
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let address = format!("127.0.0.1:{port}");
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
        ];
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": flags}}}});
        let session = request(&address, "POST", "/session", &wanted).await;
        let session = session["value"]["sessionId"].as_str().unwrap().to_owned();
        let browser = Self {
            _driver: driver,
            address,
            session,
        };
        browser.call("POST", "/url", &json!({"url": url})).await;
        browser
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let path = format!("/session/{}{path}", self.session);
        request(&self.address, method, &path, body).await["value"].clone()
    }

    async fn run(&self, script: &str) -> Value {
        self.call(
            "POST",
            "/execute/sync",
            &json!({"script": script, "args": []}),
        )
        .await
    }

    /// Waits until an expression of the page is true.
    async fn until(&self, condition: &str) {
        let holds = async {
            while self.run(&format!("return Boolean({condition})")).await != true {
                tokio::task::yield_now().await;
            }
        };
        let holds = tokio::time::timeout(LIMIT, holds).await;
        assert!(holds.is_ok(), "not within the limit: {condition}");
    }

    async fn close(self) {
        self.call("DELETE", "", &json!({})).await;
    }
}

fn span(trace_id: u64, span_id: u64, parent_id: u64, resource: &str) -> Value {
    json!({
        "service": "shop", "name": "step", "resource": resource, "trace_id": trace_id, "span_id": span_id,
        "parent_id": parent_id, "start": 1_700_000_000_000_000_000_u64 + span_id, "duration": 5_000_000,
    })
}

async fn play() {
    let watch = Watch::start(0, NonZeroUsize::new(10).unwrap())
        .await
        .unwrap();
    let address = watch.url().replace("http://", "");
    let put = async |spans: Value| request(&address, "PUT", "/v0.4/traces", &spans).await;
    let browser = Browser::open(&watch.url()).await;
    browser
        .until("document.body.innerText.includes('Waiting for spans')")
        .await;

    let attack = "<img src=x onerror=document.title='run'>";
    let mut failed = span(7, 1, 0, attack);
    failed["error"] = json!(1);
    failed["meta"] = json!({"error.message": attack, "order": "7"});
    failed["span_links"] = json!([{"trace_id": 8, "span_id": 1}]);
    put(json!([[span(8, 1, 0, "producer")]])).await;
    put(json!([[failed, span(7, 2, 1, "child")]])).await;

    // The newest trace is shown without a click.
    browser
        .until("document.querySelectorAll('.bar').length === 2")
        .await;
    browser
        .until("document.querySelectorAll('nav button').length === 2")
        .await;
    browser
        .run("document.querySelector('.span.wrong').click()")
        .await;
    browser
        .until("document.querySelector('.detail .message').textContent.includes('onerror')")
        .await;
    browser
        .until("document.querySelector('.detail').innerText.includes('order')")
        .await;
    browser
        .until("document.querySelectorAll('img').length === 0 && document.title === 'Traces'")
        .await;

    browser
        .run("document.querySelector('.detail .link').click()")
        .await;
    browser
        .until("document.querySelector('h2').textContent === 'producer'")
        .await;
    browser
        .run("const f = document.getElementById('filter'); f.value = 'child nothing'; f.oninput()")
        .await;
    browser
        .until("document.querySelectorAll('nav button').length === 0")
        .await;

    // A later trace appears without a reload.
    browser
        .run("const f = document.getElementById('filter'); f.value = ''; f.oninput()")
        .await;
    put(json!([[span(8, 2, 1, "late")]])).await;
    browser
        .until("document.querySelectorAll('.bar').length === 2")
        .await;
    browser
        .run("document.getElementById('clear').click()")
        .await;
    browser
        .until("document.querySelectorAll('nav button').length === 0")
        .await;
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install -y chromium chromium-driver"]
async fn a_trace_is_drawn_and_no_part_of_it_is_executed() {
    tokio::time::timeout(LIMIT, play())
        .await
        .expect("within the limit");
}
