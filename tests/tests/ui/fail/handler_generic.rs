use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler<T: serde::de::DeserializeOwned>(event: LambdaEvent<T>) -> Result<T, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = handler::<String>;
}
