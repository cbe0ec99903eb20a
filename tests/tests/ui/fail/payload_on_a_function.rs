use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
fn order() {}

fn main() {}
