use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

#[derive(serde::Deserialize)]
struct Order;

#[traced_handler]
async fn handler(event: Order) -> Result<(), Error> {
    let Order = event;
    Ok(())
}

fn main() {
    let _ = handler;
}
