use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(tag = "type")]
enum Order {
    A(u8, u8),
}

fn main() {
    let _ = serde_json::to_string(&Order::A(1, 2));
}
