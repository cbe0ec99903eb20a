use dd_trace_runtime::traced_handler;
use lambda_runtime::LambdaEvent;

#[traced_handler]
async fn handler(
    event: LambdaEvent<String>,
) -> Result<String, lambda_runtime_0_14::Diagnostic> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    dd_trace_runtime::run(handler).await
}
