use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(tag = "type")]
pub enum Order {
    A { _datadog: u32 },
}

fn main() {
    let _ = serde_json::to_string(&Order::A { _datadog: 1 });
}
