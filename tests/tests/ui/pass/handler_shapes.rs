//! Every allowed shape of a handler, under lints that generated code must not trigger.
#![deny(warnings, missing_docs, unused_qualifications, clippy::pedantic)]

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Diagnostic, Error, LambdaEvent};

type Event = LambdaEvent<u32>;
type Outcome = Result<u32, std::io::Error>;

struct State<T>(T);
#[derive(Debug)]
struct Refused;

impl From<Refused> for Diagnostic {
    fn from(_: Refused) -> Self {
        Self {
            error_type: "refused".to_owned(),
            error_message: "no".to_owned(),
        }
    }
}

/// Aliases instead of `LambdaEvent` and `Result`.
#[traced_handler]
pub(crate) async fn aliases(event: Event) -> Outcome {
    Ok(event.payload)
}

#[traced_handler(resource = "ship")]
async fn patterns(
    mut text: String,
    (one, two): (u32, u32),
    State(state): State<u32>,
    event: LambdaEvent<u32>,
    lookup: impl Fn() -> u32,
    patterns: u32,
) -> Result<String, Refused> {
    text.push('!');
    if event.payload > one + two + state + lookup() + patterns {
        return Err(Refused);
    }
    Ok(text)
}

#[traced_handler]
async fn opaque(event: LambdaEvent<u32>) -> Result<impl serde::Serialize, Refused> {
    if event.payload == 0 { Err(Refused) } else { Ok(event.payload) }
}

#[traced_handler]
async fn elided(client: &str, event: LambdaEvent<u32>) -> Result<&str, Error> {
    drop(event);
    Ok(client)
}

#[traced_handler]
async fn named<'a>(client: &'a str, _: &str, event: LambdaEvent<u32>) -> Result<&'a str, Error> {
    drop(event);
    Ok(client)
}

#[traced_handler]
#[allow(dead_code)]
async fn unused(event: LambdaEvent<u32>) -> Result<u32, Error> {
    Ok(event.payload)
}

#[traced_handler]
async fn r#type(event: LambdaEvent<u32>) -> Result<u32, Error> {
    Ok(event.payload)
}

struct Service;

impl Service {
    #[traced_handler]
    async fn handler(event: LambdaEvent<u32>) -> Result<u32, Error> {
        Ok(event.payload)
    }
}

fn main() {
    let _ = (aliases, elided, named, opaque, r#type, Service::handler);
    let _ = |event| patterns(String::new(), (1, 2), State(3), event, || 4, 5);
}
