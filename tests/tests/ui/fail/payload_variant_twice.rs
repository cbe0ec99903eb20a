use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(tag = "type")]
enum Order {
    Placed { id: u32 },
    Placed { id: u64 },
}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
}
