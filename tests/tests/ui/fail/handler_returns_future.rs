use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
fn handler(event: LambdaEvent<String>) -> impl Future<Output = Result<String, Error>> {
    async { Ok(event.payload) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
