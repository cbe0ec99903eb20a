use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

struct Service;

#[traced_handler]
impl Service {
    async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
        Ok(event.payload)
    }
}

fn main() {
    let _ = Service::handler;
}
