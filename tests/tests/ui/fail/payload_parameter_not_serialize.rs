use dd_trace_runtime::TracedPayload;

struct Receipt;

#[derive(TracedPayload)]
struct Order<T> {
    id: T,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: Receipt });
}
