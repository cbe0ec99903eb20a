use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[datadog(field = "type")]
struct Order {
    r#type: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { r#type: 1 });
}
