use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order {
    #[serde(skip_serializing_if = "Self::is_zero")]
    id: u32,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
