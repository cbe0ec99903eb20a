use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(transparent)]
struct Order {
    id: u32,
    sku: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1, sku: 2 });
}
