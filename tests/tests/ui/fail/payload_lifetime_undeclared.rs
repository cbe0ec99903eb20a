use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order {
    id: &'a str,
}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
}
