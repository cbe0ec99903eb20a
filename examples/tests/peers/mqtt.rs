//! The example `mqtt` with a broker that others have made.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::Command;

use crate::peer;

#[tokio::test]
#[ignore = "needs Node 20 and aedes: .ci/peers"]
async fn a_reading_that_goes_through_a_real_broker_is_in_its_producer_s_trace() {
    let address = format!("127.0.0.1:{}", peer::free_port());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut broker = Command::new("node")
        .arg(workspace.join("examples/tests/peers/broker.cjs"))
        .arg(workspace.join("target/peers"))
        .arg(address.rsplit(':').next().unwrap())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    while TcpStream::connect(&address).await.is_err() {
        assert_eq!(broker.try_wait().unwrap(), None, "the broker has ended");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let example = Path::new(env!("CARGO_BIN_EXE_pipeline")).with_file_name("examples/mqtt");
    let run = Command::new(example)
        .env_remove("DD_TRACE_AGENT_URL")
        .env("MQTT_BROKER", &address)
        .output()
        .await
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let told = String::from_utf8(run.stderr).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    let [trace, publish, function] = lines[..] else {
        panic!("{told}")
    };
    assert!(trace.starts_with("trace "), "{told}");
    assert!(publish.starts_with("internal  publish  [host]"), "{told}");
    assert!(function.starts_with("  aws.lambda  mqtt  [mqtt]"), "{told}");
    assert!(!told.contains("missing"), "{told}");
    peer::stop(broker).await;
}
