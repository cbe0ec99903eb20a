//! A process that initialises tracing after an invocation of a unit test: what is global needs a process of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

/// What the process logs.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[traced_handler]
async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
    Ok(())
}

#[tokio::test]
async fn the_propagator_of_a_unit_test_isn_t_taken_for_the_user_s() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone());
    subscriber.init();
    Invocation::of(&()).run(handler).await.result.unwrap();
    let _ = dd_trace_runtime::init();
    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert_eq!(lines, "");
}
