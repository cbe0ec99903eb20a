use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub struct Order {
    #[serde(rename = "_datadog")]
    id: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
