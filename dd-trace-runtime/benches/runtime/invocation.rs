//! One invocation without its process: extraction, span, decoding and handler, under the layer that
//! takes the sending off the caller. No agent is needed: spans wait, and the oldest go.

use std::fmt;
use std::future::ready;

use dd_trace_runtime::{RawEvent, layer, traced_handler};
use divan::Bencher;
use divan::counter::BytesCount;
use lambda_runtime::tower::{Layer, Service};
use lambda_runtime::{Context, Error, LambdaEvent, LambdaInvocation, service_fn};
use tokio::runtime::{Builder, Runtime};

use crate::events::{self, Order};

const SIZES: [usize; 3] = [1024, 64 * 1024, 6 * 1024 * 1024];

fn total(order: &Order) -> f64 {
    let items = order.items.iter();
    order.amount
        + items
            .map(|item| f64::from(item.qty) * item.price)
            .sum::<f64>()
}

#[traced_handler]
async fn handler(event: LambdaEvent<Order>) -> Result<f64, fmt::Error> {
    ready(Ok(total(&event.payload))).await
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn invocation(event: &RawEvent) -> LambdaInvocation {
    LambdaInvocation {
        parts: http::Response::new(()).into_parts().0,
        body: bytes::Bytes::copy_from_slice(event.as_bytes()),
        context: Context::default(),
    }
}

/// The event is parsed as `lambda_runtime` does it.
#[divan::bench(args = SIZES)]
fn bare(bencher: Bencher<'_, '_>, bytes: usize) {
    let (event, runtime) = (events::plain(bytes), runtime());
    bencher
        .counter(BytesCount::of_slice(event.as_bytes()))
        .with_inputs(|| invocation(&event))
        .bench_local_values(|invocation| {
            let mut json = serde_json::Deserializer::from_slice(&invocation.body);
            let order: Order = serde_path_to_error::deserialize(&mut json).unwrap();
            runtime.block_on(ready(total(&order)))
        });
}

#[divan::bench(args = SIZES)]
fn traced(bencher: Bencher<'_, '_>, bytes: usize) {
    let (event, runtime) = (events::plain(bytes), runtime());
    let mut service = layer().layer(service_fn(|invocation: LambdaInvocation| async {
        let event = LambdaEvent::new(RawEvent::from(invocation.body), invocation.context);
        divan::black_box(handler(event).await?);
        Ok::<(), Error>(())
    }));
    bencher
        .counter(BytesCount::of_slice(event.as_bytes()))
        .with_inputs(|| invocation(&event))
        .bench_local_values(|invocation| runtime.block_on(service.call(invocation)).unwrap());
}
