//! A durable function: it charges the customer, waits a day, and ships the parcel from two places at a time.
//!
//! `dd_trace_runtime::run` is in the place of `durable::run`, and the traced handler calls what `durable::wrap` has made.

use std::pin::Pin;
use std::time::Duration;

use aws_durable_execution_sdk as durable;
use dd_trace_runtime::{traced_handler, tracing_layer};
use durable::{
    BoxError, Branch, DurableContext, InvocationPayload, InvocationResponse, RetryDecision,
};
use lambda_runtime::{Error, LambdaEvent};
use serde::Deserialize;
use tracing::instrument;
use tracing_subscriber::prelude::*;

/// The function that `durable::wrap` makes.
type Durable = Box<dyn Fn(LambdaEvent<InvocationPayload>) -> Invocation + Send + Sync>;
type Invocation = Pin<Box<dyn Future<Output = Result<InvocationResponse, Error>> + Send>>;

#[traced_handler(resource = "order")]
async fn handler(
    event: LambdaEvent<InvocationPayload>,
    durable: &Durable,
) -> Result<InvocationResponse, Error> {
    durable(event).await
}

#[derive(Deserialize)]
struct Order {
    quantity: u32,
}

async fn order(order: Order, ctx: DurableContext) -> Result<u32, BoxError> {
    let quantity = order.quantity;
    let charge = ctx.step(move |_| charge(quantity)).name("charge");
    charge.retry_strategy(|_, _| RetryDecision::Stop).await?;
    ctx.wait(Duration::from_hours(24)).name("pack").await?;
    let places = ["north", "south"].map(|place| {
        Branch::new(place, move |ctx: DurableContext| async move {
            let shipped = ctx.step(move |_| ship(place)).name("ship").await?;
            Ok(shipped)
        })
    });
    let shipped = ctx.parallel(places).name("ship").await?;
    Ok(u32::try_from(shipped.len())?)
}

#[instrument]
async fn charge(quantity: u32) -> Result<u32, BoxError> {
    if quantity == 0 {
        return Err("nothing was ordered".into());
    }
    Ok(quantity * 7)
}

#[instrument]
async fn ship(place: &'static str) -> Result<String, BoxError> {
    Ok(format!("parcel from {place}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::registry().with(tracing_layer()).init();
    let durable: Durable = Box::new(durable::wrap(order, durable::Options::default()));
    dd_trace_runtime::run(|event| handler(event, &durable)).await
}
