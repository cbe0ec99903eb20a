use dd_trace_runtime::TracedPayload;

struct Receipt;

#[derive(TracedPayload)]
struct Order {
    #[serde(flatten)]
    receipt: Receipt,
}

fn main() {
    let _ = serde_json::to_string(&Order { receipt: Receipt });
}
