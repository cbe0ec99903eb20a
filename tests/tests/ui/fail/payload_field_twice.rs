use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order {
    id: u32,
    id: u64,
}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
}
