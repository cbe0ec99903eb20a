use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: T,
}

#[derive(TracedPayload)]
struct Sizes<'a> {
    name: &'a str,
    sizes: [u8; N],
}

fn main() {
    let _ = serde_json::to_string(&None::<Order>);
    let _ = serde_json::to_string(&None::<Sizes<'_>>);
}
