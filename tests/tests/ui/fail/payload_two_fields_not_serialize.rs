use dd_trace_runtime::TracedPayload;

struct Receipt;
struct Parcel;

#[derive(TracedPayload)]
struct Order {
    receipt: Receipt,
    parcel: Parcel,
}

fn main() {
    let _ = serde_json::to_string(&Order { receipt: Receipt, parcel: Parcel });
}
