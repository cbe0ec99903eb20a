use dd_trace_runtime::TracedPayload;
use serde::Serialize;

#[derive(Serialize)]
pub struct Order {
    id: u32,
}

fn send(_: &impl TracedPayload) {}

fn main() {
    send(&Order { id: 1 });
}
