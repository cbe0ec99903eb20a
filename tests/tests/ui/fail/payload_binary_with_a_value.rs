use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[datadog(binary = true)]
pub struct Order {
    id: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
