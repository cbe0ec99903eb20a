//! Functions that make a span before they ask for an event.

use std::sync::Arc;

use dd_trace_runtime::DatadogPropagator;
use lambda_runtime::{Error, Runtime, service_fn};
use opentelemetry::trace::{Span, Tracer};

use crate::{no_function, order};

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    if how == "behind-a-propagator" {
        opentelemetry::global::set_text_map_propagator(DatadogPropagator::default());
    }
    let telemetry = dd_trace_runtime::init();
    opentelemetry::global::tracer("tests").start("init").end();
    match how {
        "run" | "behind-a-propagator" => dd_trace_runtime::run(order).await,
        "run-concurrently" => dd_trace_runtime::run_concurrent(order).await,
        "by-hand" => {
            Runtime::new(service_fn(order))
                .layer(dd_trace_runtime::layer())
                .register_snapstart_resource(Arc::new(telemetry))
                .run()
                .await
        }
        name => no_function(name),
    }
}
