//! Payloads of which clippy has something to say.
#![warn(clippy::all, clippy::pedantic, clippy::nursery)]

use dd_trace_runtime::TracedPayload;

#[derive(TracedPayload)]
struct Flags { //~ struct_excessive_bools
    a: bool,
    b: bool,
    c: bool,
    d: bool,
}

#[derive(TracedPayload)]
struct Order { //~ struct_field_names
    order_id: u8, //~ struct_field_names
    order_total: u8, //~ struct_field_names
    order_state: u8, //~ struct_field_names
}

#[derive(TracedPayload)]
struct Complex {
    table: Vec<Option<Result<Box<[u8]>, Vec<Option<Result<Box<[u8]>, Vec<u8>>>>>>>, //~ type_complexity
}

fn main() {
    let _ = serde_json::to_string(&None::<(Flags, Order, Complex)>);
}
