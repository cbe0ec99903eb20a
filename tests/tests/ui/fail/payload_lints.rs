#![deny(warnings)]

use dd_trace_runtime::TracedPayload;

#[deprecated]
#[derive(serde::Serialize)]
struct Item;

#[derive(TracedPayload)]
struct order {
    orderId: (u8),
    item: Item,
}

#[derive(TracedPayload)]
#[serde(tag = "type")]
enum Event {
    placed,
}

fn main() {
    let _ = serde_json::to_string(&None::<order>);
    let _ = serde_json::to_string(&Event::placed);
}
