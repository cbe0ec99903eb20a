use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(client: &str, event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload + client)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = String::new();
    dd_trace_runtime::run_concurrent(|event| handler(&client, event)).await
}
