use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(one: LambdaEvent<String>, two: LambdaEvent<String>) -> Result<String, Error> {
    Ok(one.payload + &two.payload)
}

fn main() {
    let _ = handler;
}
