use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

trait Service {
    async fn handle(event: LambdaEvent<String>) -> Result<String, Error>;
}

struct Shop;

impl Service for Shop {
    #[traced_handler]
    async fn handle(event: LambdaEvent<String>) -> Result<String, Error> {
        Ok(event.payload)
    }
}

fn main() {
    let _ = Shop::handle;
}
