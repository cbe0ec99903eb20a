use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(#[cfg(all())] client: &str, event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(client.to_owned() + &event.payload)
}

fn main() {
    let _ = handler;
}
