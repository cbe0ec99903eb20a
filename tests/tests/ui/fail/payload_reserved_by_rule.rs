use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[datadog(field = "traceContext")]
#[serde(rename_all = "camelCase")]
pub struct Order {
    trace_context: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { trace_context: 1 });
}
