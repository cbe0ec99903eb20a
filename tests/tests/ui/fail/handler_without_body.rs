use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

trait Handles {
    #[traced_handler]
    async fn handler(event: LambdaEvent<String>) -> Result<String, Error>;
}

fn main() {
    let _ = |event, _: &dyn Fn() -> Result<(), Error>| -> LambdaEvent<String> { event };
}
