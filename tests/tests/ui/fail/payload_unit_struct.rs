use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub struct Order;

fn main() {
    let _ = serde_json::to_string(&Order);
}
