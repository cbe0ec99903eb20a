use dd_trace_runtime::{Traced, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(event: LambdaEvent<String>) -> Result<Traced<String>, Error> {
    Ok(Traced(event.payload))
}

fn main() {
    let _ = handler;
}
