use dd_trace_runtime::traced_handler;
use lambda_runtime::{Diagnostic, Error, LambdaEvent};

struct OutOfStock;

impl From<OutOfStock> for Diagnostic {
    fn from(_: OutOfStock) -> Self {
        Self {
            error_type: String::new(),
            error_message: String::new(),
        }
    }
}

#[traced_handler]
async fn handler(_: LambdaEvent<String>) -> Result<String, OutOfStock> {
    Err(OutOfStock)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
