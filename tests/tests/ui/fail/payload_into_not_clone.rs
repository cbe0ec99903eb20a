use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(into = "u32")]
struct Order {
    id: u32,
}

impl From<Order> for u32 {
    fn from(order: Order) -> Self {
        order.id
    }
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
