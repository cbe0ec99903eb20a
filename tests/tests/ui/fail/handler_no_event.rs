use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

#[traced_handler]
async fn handler() -> Result<String, Error> {
    Ok(String::new())
}

fn main() {
    let _ = handler;
}
