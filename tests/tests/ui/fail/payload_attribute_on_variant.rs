use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(tag = "type")]
enum Order {
    #[datadog(field = "trace")]
    A,
}

fn main() {
    let _ = serde_json::to_string(&Order::A);
}
