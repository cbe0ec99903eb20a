use dd_trace_runtime::TracedPayload;

struct Receipt;

#[derive(TracedPayload)]
#[serde(tag = "type")]
enum Order {
    A { receipt: Receipt },
}

fn main() {
    let _ = serde_json::to_string(&Order::A { receipt: Receipt });
}
