use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order {
    items: Vec<impl serde::Serialize>,
}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
}
