use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
pub enum Order {}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
}
