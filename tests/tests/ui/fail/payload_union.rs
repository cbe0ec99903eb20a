use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub union Order {
    id: u32,
    other: i32,
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
