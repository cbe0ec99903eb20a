use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

// rustc refuses this twice, as any attribute on an expression that isn't its own.
fn main() {
    let _ = #[traced_handler]
    async |event: LambdaEvent<String>| -> Result<String, Error> { Ok(event.payload) };
}
