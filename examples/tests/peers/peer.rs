//! A program that `.ci/peers` has installed, as a running process.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

/// Far more than anything takes that works; the first build under `cargo lambda` has to fit.
const LIMIT: Duration = Duration::from_secs(300);

/// The program `name` of `target/peers`, to be started in the workspace.
pub(crate) fn command(name: &str) -> Command {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = workspace.join("target/peers/bin").join(name);
    assert!(
        program.exists(),
        "{} is missing; run `.ci/peers`",
        program.display()
    );
    let mut command = Command::new(program);
    command
        .current_dir(workspace)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Asks until there is a successful answer.
pub(crate) async fn answer(request: reqwest::RequestBuilder, peer: &mut Child) -> String {
    let asked = async {
        loop {
            let sent = request.try_clone().unwrap().send().await;
            if let Ok(answer) = sent.and_then(reqwest::Response::error_for_status) {
                return answer.text().await.unwrap();
            }
            assert_eq!(peer.try_wait().unwrap(), None, "the peer has ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, asked).await.expect("no answer")
}

/// Lets the program end, and what it has started with it.
pub(crate) async fn stop(mut peer: Child) {
    let pid = peer.id().expect("it runs").to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status().await;
    assert!(told.unwrap().success());
    let ended = tokio::time::timeout(LIMIT, peer.wait()).await;
    ended.expect("it goes on").unwrap();
}
