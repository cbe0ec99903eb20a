use dd_trace_runtime::traced_handler;
use lambda_runtime::LambdaEvent;

#[traced_handler(extracter = "a::b", resource = "", resource = "x")]
fn handler<T>(event: LambdaEvent<T>) {
    drop(event);
}

fn main() {
    let _ = handler::<String>;
}
