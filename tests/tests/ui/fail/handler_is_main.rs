use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

#[traced_handler]
#[tokio::main]
async fn main() -> Result<(), Error> {
    Ok(())
}
