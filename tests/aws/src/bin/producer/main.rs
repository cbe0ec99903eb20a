//! A host that makes one call inside a trace: `producer CALL TARGET`.
//!
//! `AWS_ENDPOINT_URL` says where AWS is. The tracer takes its settings from the environment, too.

mod calls;
mod http;

use std::env;
use std::error::Error;
use std::time::Duration;

use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use opentelemetry::{Context, global};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(call), Some(target)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments are missing; write `producer CALL TARGET`".into());
    };
    let telemetry = dd_trace_runtime::init();
    let active = Context::current_with_span(global::tracer("tests").start("order"));
    calls::make(&call, &target).with_context(active).await?;
    telemetry.shutdown(Duration::from_secs(10)).await?;
    Ok(())
}
