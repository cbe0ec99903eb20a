use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub struct Order(u32, String);

fn main() {
    let _ = serde_json::to_string(&Order(1, String::new()));
}
