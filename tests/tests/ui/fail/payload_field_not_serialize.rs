use dd_trace_runtime::TracedPayload;

struct Receipt;

#[derive(TracedPayload)]
struct Order {
    id: u32,
    receipt: Receipt,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1, receipt: Receipt });
}
