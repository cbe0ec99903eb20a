use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

struct Service;

impl Service {
    fn answer(id: &str) -> String {
        id.to_owned()
    }

    #[traced_handler]
    async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
        Ok(Self::answer(&event.payload))
    }
}

fn main() {
    let _ = Service::handler;
}
