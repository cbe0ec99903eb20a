//! Names of the user's that generated code must not meet.
#![allow(dead_code, non_camel_case_types)]

mod std {}
mod core {}
mod serde {}
mod dd_trace_runtime {}

struct Some;
struct None;
type Result = ();
type Option = ();
struct __serde;

#[::dd_trace_runtime::traced_handler]
async fn handler(
    event: lambda_runtime::LambdaEvent<u8>,
) -> ::core::result::Result<u8, lambda_runtime::Error> {
    ::core::result::Result::Ok(event.payload)
}

#[derive(::dd_trace_runtime::TracedPayload)]
struct Order {
    id: u8,
}

fn main() {
    let _ = handler;
    let _ = ::serde_json::to_string(&Order { id: 1 });
}
