use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub struct Order {
    id: u32,
    _datadog: String,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1, _datadog: String::new() });
}
