use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[datadog(feild = "trace", carrier = "yaml")]
#[serde(deny_unknown_fields)]
pub struct Order(u32, u32);

fn main() {
    let _ = serde_json::to_string(&Order(1, 2));
}
