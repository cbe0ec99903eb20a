use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

struct Service;

impl Service {
    #[traced_handler]
    async fn handler(&self, event: LambdaEvent<String>) -> Result<String, Error> {
        Ok(event.payload)
    }
}

fn main() {
    let _ = Service::handler;
}
