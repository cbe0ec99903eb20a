use dd_trace_runtime::traced_handler;
use lambda_runtime::LambdaEvent;

#[traced_handler]
async fn handler(event: LambdaEvent<String>) -> Option<String> {
    Some(event.payload)
}

fn main() {
    let _ = handler;
}
