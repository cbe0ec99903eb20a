//! Handlers of which clippy has something to say, in their signatures and their bodies.
#![warn(clippy::all, clippy::pedantic, clippy::nursery)]

use std::collections::HashMap;
use std::rc::Rc;

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn many( //~ too_many_arguments
    eu: u8,
    us: u8,
    af: u8,
    an: u8,
    sa: u8,
    au: u8,
    aq: u8,
    event: LambdaEvent<u8>,
) -> Result<u8, Error> {
    Ok(eu + us + af + an + sa + au + aq + event.payload)
}

#[traced_handler]
async fn flags(a: bool, b: bool, c: bool, d: bool, event: LambdaEvent<bool>) -> Result<bool, Error> { //~ fn_params_excessive_bools
    Ok(a && b && c && d && event.payload)
}

#[traced_handler]
async fn complex(
    table: &HashMap<String, Vec<Option<Result<Box<[u8]>, HashMap<u8, String>>>>>, //~ type_complexity
    event: LambdaEvent<u8>,
) -> Result<usize, Error> {
    Ok(table.len() + usize::from(event.payload))
}

#[traced_handler]
async fn lifetimes<'a>(client: &'a str, _: LambdaEvent<u8>) -> Result<usize, Error> { //~ needless_lifetimes
    Ok(client.len())
}

#[traced_handler]
async fn not_send(client: Rc<u8>, _: LambdaEvent<u8>) -> Result<u8, Error> { //~ future_not_send
    tokio::task::yield_now().await;
    Ok(*client)
}

#[traced_handler]
async fn body(event: LambdaEvent<Vec<u8>>) -> Result<bool, Error> {
    let is_empty = event.payload.len() == 0; //~ len_zero
    return Ok(is_empty); //~ needless_return
}

fn main() {
    let _ = (many, flags, complex, lifetimes, not_send, body);
}
