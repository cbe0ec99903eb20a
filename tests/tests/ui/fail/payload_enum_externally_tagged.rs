use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub enum Order {
    A,
    B { id: u32 },
}

fn main() {
    let _ = serde_json::to_string(&[Order::A, Order::B { id: 1 }]);
}
