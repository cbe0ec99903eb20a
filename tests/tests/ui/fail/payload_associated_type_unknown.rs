use dd_trace_runtime::TracedPayload;

trait Shop {
    type Id;
}

#[derive(TracedPayload)]
struct Order<S: Shop> {
    id: S::Identifier,
    customer: Option<S::Id>,
}

#[derive(TracedPayload)]
struct Orders<S: Shop> {
    orders: Vec<S::Identifier>,
}

fn main() {}
