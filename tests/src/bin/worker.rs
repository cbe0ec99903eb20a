//! A host that runs until it is told to end. Each line of standard input has two numbers: how many spans to make, and
//! the bytes of the attribute of each. The argument is the limit of the shutdown, in milliseconds.

use std::time::Duration;

use dd_trace_runtime::{Carrier, set_produce_checkpoint};
use lambda_runtime::Error;
use opentelemetry::trace::{Span, Tracer};
use opentelemetry::{KeyValue, global};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let limit = std::env::args().nth(1).ok_or("no limit")?.parse()?;
    let mut terminate = signal(SignalKind::terminate())?;
    let telemetry = dd_trace_runtime::init();
    // Until the end, only a full queue causes a send.
    let sending = telemetry.send_every(Duration::from_secs(3600));
    tokio::select! {
        worked = work() => worked?,
        _ = terminate.recv() => {}
    }
    drop(sending);
    let sent = telemetry.shutdown(Duration::from_millis(limit)).await;
    sent.map_err(|unsent| unsent.to_string().into())
}

/// Ends only with an error: a signal ends the process.
async fn work() -> Result<(), Error> {
    let tracer = global::tracer("tests");
    let mut lines = lines();
    while let Some(line) = lines.recv().await {
        let (spans, bytes) = line.split_once(' ').ok_or("not two numbers")?;
        let text = "x".repeat(bytes.parse()?);
        for _ in 0..spans.parse::<u32>()? {
            let mut span = tracer.start("work");
            span.set_attribute(KeyValue::new("text", text.clone()));
            span.end();
        }
        // Nothing, unless Data Streams Monitoring is on.
        set_produce_checkpoint("kafka", "orders", &mut Carrier::new());
        println!("{spans}");
    }
    std::future::pending().await
}

/// The lines of standard input, read by a thread that doesn't keep the process alive.
fn lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lines().map_while(Result::ok);
        lines.for_each(|line| drop(sender.send(line)));
    });
    receiver
}
