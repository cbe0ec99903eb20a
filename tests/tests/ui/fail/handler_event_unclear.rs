use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

#[traced_handler]
async fn handler(client: &str, event: String) -> Result<String, Error> {
    Ok(client.to_owned() + &event)
}

fn main() {
    let _ = handler;
}
