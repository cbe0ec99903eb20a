use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

struct Order;

#[traced_handler]
async fn handler(event: LambdaEvent<Order>) -> Result<(), Error> {
    let Order = event.payload;
    Ok(())
}

fn main() {
    let _ = handler;
}
