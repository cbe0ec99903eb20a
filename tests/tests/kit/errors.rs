//! The error of a traced handler is an error to `?` and to the layers of `tower`, like the untraced handler's.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::time::Duration;

use dd_trace_runtime::{RawEvent, TracedError, traced_handler};
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};

/// An enum like those that `thiserror` derives.
#[derive(Debug, PartialEq)]
enum OrderError {
    NoStock,
}

impl Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::NoStock = self;
        f.write_str("no stock")
    }
}

impl StdError for OrderError {}

impl From<OrderError> for Diagnostic {
    fn from(error: OrderError) -> Self {
        Self {
            error_type: "OrderError".to_owned(),
            error_message: error.to_string(),
        }
    }
}

#[traced_handler]
async fn boxed(_: LambdaEvent<Value>) -> Result<(), Error> {
    Err(OrderError::NoStock.into())
}

#[traced_handler]
async fn any(_: LambdaEvent<Value>) -> Result<(), anyhow::Error> {
    Err(OrderError::NoStock.into())
}

#[traced_handler]
async fn own(_: LambdaEvent<Value>) -> Result<(), OrderError> {
    Err(OrderError::NoStock)
}

type Event = LambdaEvent<RawEvent>;

fn event() -> Event {
    LambdaEvent::new(RawEvent::from("{}"), Context::default())
}

/// The message that `lambda_runtime` would post for the service's error.
async fn message<S>(service: S) -> String
where
    S: Service<Event>,
    S::Error: Into<Diagnostic> + Debug,
{
    match service.oneshot(event()).await {
        Ok(_) => panic!("the handler fails"),
        Err(error) => error.into().error_message,
    }
}

/// Runs one handler under each layer.
async fn under_each_layer<H, F, E>(handler: H)
where
    H: FnMut(Event) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), TracedError<E>>> + Send + 'static,
    TracedError<E>: Into<BoxError> + Send + Sync + 'static,
{
    let timeout = ServiceBuilder::new().timeout(Duration::from_secs(60));
    let inner = service_fn(handler.clone());
    assert_eq!(message(timeout.service(inner)).await, "no stock");

    let buffer = ServiceBuilder::new().buffer(1);
    let inner = service_fn(handler.clone());
    assert_eq!(message(buffer.service(inner)).await, "no stock");

    let filter = ServiceBuilder::new().filter(|event: Event| Ok::<_, BoxError>(event));
    let inner = service_fn(handler);
    assert_eq!(message(filter.service(inner)).await, "no stock");
}

#[tokio::test]
async fn the_layers_of_tower_take_a_traced_handler_whatever_its_error() {
    under_each_layer(boxed).await;
    under_each_layer(any).await;
    under_each_layer(own).await;
}

async fn to_error<F, E>(answer: F) -> Result<(), Error>
where
    F: Future<Output = Result<(), TracedError<E>>>,
    E: Debug + Display + Send + Sync + 'static,
{
    Ok(answer.await?)
}

async fn to_anyhow<F, E>(answer: F) -> Result<(), anyhow::Error>
where
    F: Future<Output = Result<(), TracedError<E>>>,
    E: Debug + Display + Send + Sync + 'static,
{
    Ok(answer.await?)
}

#[tokio::test]
async fn the_question_mark_takes_every_error_of_a_traced_handler() {
    let said = [
        to_error(boxed(event())).await.unwrap_err().to_string(),
        to_error(any(event())).await.unwrap_err().to_string(),
        to_error(own(event())).await.unwrap_err().to_string(),
        to_anyhow(boxed(event())).await.unwrap_err().to_string(),
        to_anyhow(any(event())).await.unwrap_err().to_string(),
        to_anyhow(own(event())).await.unwrap_err().to_string(),
    ];
    assert_eq!(said, ["no stock"; 6]);
}

/// An error with a source.
#[derive(Debug)]
struct Undelivered(OrderError);

impl Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("undelivered")
    }
}

impl StdError for Undelivered {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn the_source_of_a_boxed_error_is_kept() {
    let error: Error = Undelivered(OrderError::NoStock).into();
    let error = TracedError::Handler(error);
    assert_eq!(error.source().unwrap().to_string(), "no stock");
    let error: Box<dyn StdError> = Undelivered(OrderError::NoStock).into();
    let error = TracedError::Handler(error);
    assert_eq!(error.source().unwrap().to_string(), "no stock");
}
