use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[datadog(field = "trace")]
struct Order {
    #[serde(rename(serialize = "trace", deserialize = "t"))]
    id: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
