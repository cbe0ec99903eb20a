use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

// Stands for a second version of the crate.
mod lambda_runtime_0_14 {
    #[derive(serde::Deserialize)]
    pub struct LambdaEvent<T> {
        pub payload: T,
    }
}

#[traced_handler]
async fn handler(event: lambda_runtime_0_14::LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = handler;
}
