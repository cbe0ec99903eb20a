//! The example `mqtt` with a broker that others have made.

use std::path::Path;
use std::process::Command;

use tests_support::{LIMIT, Peer, peers, workspace};
use tokio::net::TcpStream;

#[tokio::test]
#[ignore = "needs Node 20 and aedes: .ci/peers"]
async fn a_reading_that_goes_through_a_real_broker_is_in_its_producer_s_trace() {
    let tell = |command: &mut Command, port: u16| {
        let script = workspace().join("examples/tests/peers/broker.cjs");
        command.arg(script).arg(peers()).arg(port.to_string());
    };
    let mut broker = Peer::spawn("node", tell);
    let address = format!("127.0.0.1:{}", broker.port());
    let connect = async || TcpStream::connect(&address).await.ok();
    drop(broker.ready(LIMIT, connect).await);
    let example = Path::new(env!("CARGO_BIN_EXE_pipeline")).with_file_name("examples/mqtt");
    let run = Command::new(example)
        .env_remove("DD_TRACE_AGENT_URL")
        .env("MQTT_BROKER", &address)
        .output()
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
}
