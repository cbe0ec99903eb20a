use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Order {
    id: u32,
}

impl serde::Serialize for Order {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.id)
    }
}

fn main() {
    let _ = serde_json::to_string(&Order { id: 1 });
}
