use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(untagged)]
pub enum Order {
    A { id: u32 },
    B(u8, u8),
}

fn main() {
    let _ = serde_json::to_string(&[Order::A { id: 1 }, Order::B(1, 2)]);
}
