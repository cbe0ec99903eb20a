use dd_trace_runtime::{Carrier, RawEvent};
use lambda_runtime::{Error, LambdaEvent};

mod reexport {
    pub use dd_trace_runtime as tracing;
}

fn nothing(_: &RawEvent) -> Carrier {
    Carrier::default()
}

macro_rules! handlers {
    ($one:ident, $two:ident, $extractor:path, $event:ty, $output:ty, $resource:literal) => {
        #[dd_trace_runtime::traced_handler(
            extractor = $extractor,
            resource = $resource,
            crate = $crate::reexport::tracing
        )]
        async fn $one(event: $event) -> $output {
            Ok(event.payload)
        }

        #[dd_trace_runtime::traced_handler(extractors($extractor))]
        async fn $two(client: &str, event: $event) -> $output {
            let _ = client;
            Ok(event.payload)
        }
    };
}

macro_rules! payload {
    ($name:ident, $param:ident, $field:ident: $ty:ty, $key:literal) => {
        #[derive(dd_trace_runtime::TracedPayload)]
        #[datadog(crate = $crate::reexport::tracing, field = $key)]
        struct $name<'a, $param, X> {
            $field: $ty,
            x: &'a X,
            inner: Option<Box<Self>>,
        }
    };
}

handlers!(one, two, nothing, LambdaEvent<u8>, Result<u8, Error>, "macro");
payload!(Order, T, list: Vec<T>, "context");

fn main() {
    let _ = (one, two);
    let order = Order { list: vec![1], x: &2, inner: None };
    serde_json::to_string(&order).unwrap();
}
