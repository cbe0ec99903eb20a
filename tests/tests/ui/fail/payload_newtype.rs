use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order(u32);

fn main() {
    let _ = serde_json::to_string(&Order(1));
}
