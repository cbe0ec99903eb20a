use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order {
    id: Option<u32, u32>,
}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
}
