//! The function's span, tagged wherever a fact becomes known: below other spans and in spawned tasks.

use dd_trace_runtime::{invocation_span, spawn, traced_handler};
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Order {
    id: u32,
    total: f64,
}

/// Deep inside the handler, but its findings concern the whole invocation.
fn price(order: &Order) {
    global::tracer("shop").in_span("price", |_| {
        let span = invocation_span();
        span.set_attribute("order.total", order.total);
        if order.total > 1_000.0 {
            span.keep_trace(); // overrides the sampling rules
        }
    });
}

fn notify() {
    if let Err(error) = "no address".parse::<std::net::IpAddr>() {
        invocation_span().record_error(&error); // the caller still gets its answer
    }
}

#[traced_handler]
async fn handler(event: LambdaEvent<Order>) -> Result<Value, Error> {
    let order = event.payload;
    invocation_span().set_resource("order placed");
    price(&order);
    spawn(async { notify() }).await?;
    Ok(json!({ "id": order.id }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let event = json!({ "id": 7, "total": 1_250.0 });
    local::function(dd_trace_runtime::run(handler), event).await
}
