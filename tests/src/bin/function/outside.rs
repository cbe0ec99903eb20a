//! A handler whose outcome is changed outside of it, by a closure or by a layer of `tower`.

use std::fmt;
use std::future::{Ready, ready};

use dd_trace_runtime::{RawEvent, TracedError, traced_handler};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};
use tower::ServiceBuilder;
use tower::retry::Policy;

use crate::no_function;

type Incoming = LambdaEvent<RawEvent>;
type Answer = Result<Value, TracedError<Failure>>;

#[derive(Debug)]
struct Failure(&'static str);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// With a name of its own, as from `#[derive(Diagnostic)]` of other crates or from users' own code.
impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: format!("shop.{}", failure.0),
            error_message: "see the log".to_owned(),
        }
    }
}

/// Answers with the status that the query asks for; 0 makes the handler fail.
#[traced_handler]
async fn asked(event: LambdaEvent<Value>) -> Result<Value, Failure> {
    let asked = event.payload["rawQueryString"].as_str();
    match asked.and_then(|status| status.parse().ok()) {
        Some(0_u16) => Err(Failure("Asked")),
        status => Ok(json!({"statusCode": status.unwrap_or(200)})),
    }
}

/// Calls another traced handler, in the same invocation.
#[traced_handler]
async fn dispatching(event: Incoming) -> Result<Value, Failure> {
    let answer = asked(event).await;
    answer.map_err(|_| Failure("Dispatched"))
}

async fn twice(event: Incoming) -> Answer {
    match asked(event.clone()).await {
        Err(_) => asked(event).await,
        answer => answer,
    }
}

async fn rescued(event: Incoming) -> Answer {
    Ok(asked(event)
        .await
        .unwrap_or_else(|_| json!({"statusCode": 503})))
}

async fn refused(event: Incoming) -> Answer {
    asked(event).await?;
    Err(TracedError::Handler(Failure("Refused")))
}

/// Repeats a call that failed.
#[derive(Clone)]
struct Once(bool);

impl Policy<Incoming, Value, TracedError<Failure>> for Once {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut Incoming, answer: &mut Answer) -> Option<Ready<()>> {
        let again = answer.is_err() && !std::mem::replace(&mut self.0, true);
        again.then(|| ready(()))
    }

    fn clone_request(&mut self, event: &Incoming) -> Option<Incoming> {
        Some(event.clone())
    }
}

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    let layer = dd_trace_runtime::layer();
    match how {
        "nothing" => dd_trace_runtime::run(asked).await,
        "nested" => dd_trace_runtime::run(dispatching).await,
        "twice" => dd_trace_runtime::run(twice).await,
        "rescued" => dd_trace_runtime::run(rescued).await,
        "refused" => dd_trace_runtime::run(refused).await,
        "layer" => Runtime::new(service_fn(asked)).layer(layer).run().await,
        "retry" => {
            let service = ServiceBuilder::new().retry(Once(false));
            let service = service.service(service_fn(asked));
            Runtime::new(service).layer(layer).run().await
        }
        "filter" => {
            let refuse = |_: Incoming| Err::<Incoming, _>(Error::from("refused"));
            let service = ServiceBuilder::new().filter(refuse);
            let service = service.service(service_fn(asked));
            Runtime::new(service).layer(layer).run().await
        }
        name => no_function(name),
    }
}
