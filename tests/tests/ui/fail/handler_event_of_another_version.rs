use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

// `lambda_runtime_0_14` is the crate of that version, beside the one that this library uses.
#[traced_handler]
async fn handler(event: lambda_runtime_0_14::LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = handler;
}
