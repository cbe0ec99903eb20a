use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

fn main() {
    #[traced_handler]
    let handler =
        async |event: LambdaEvent<String>| -> Result<String, Error> { Ok(event.payload) };
    let _ = handler;
}
