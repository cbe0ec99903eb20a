//! A process that isn't a Lambda function: prints the headers that it would pass on, and sends its span.

use opentelemetry::trace::{TraceContextExt, Tracer};
use opentelemetry::{Context, global};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let telemetry = dd_trace_runtime::init();
    let before = dd_trace_runtime::trace_headers();
    let span = global::tracer("tests").start("publish");
    let active = Context::current_with_span(span).attach();
    println!("{}", dd_trace_runtime::trace_headers().to_json_string());
    drop(active);
    telemetry.flush().await;
    assert!(before.is_empty(), "nothing was active: {before:?}");
}
