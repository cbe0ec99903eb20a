use dd_trace_runtime::Traced;

struct Order;

fn main() {
    let _ = serde_json::to_string(&Traced::new(Order));
}
