//! The places to which a function sends messages.

use lambda_runtime::Error;
use reqwest::{Client, RequestBuilder};
use serde_json::json;

use crate::mqtt::Publisher;

/// One outlet, with everything that it needs.
#[derive(Debug)]
pub(crate) enum Outlet {
    /// A message in a queue.
    Queue { http: Client, url: String },
    /// A message on an MQTT topic.
    Topic {
        broker: Box<Publisher>,
        topic: String,
    },
    /// An execution of a state machine.
    StateMachine {
        http: Client,
        url: String,
        arn: String,
    },
    /// There is no outlet, as this variable isn't set.
    Nowhere(&'static str),
}

impl Outlet {
    /// The queue at the URL in `QUEUE_URL`.
    pub(crate) fn queue() -> Self {
        const URL: &str = "QUEUE_URL";
        std::env::var(URL).map_or(Self::Nowhere(URL), |url| Self::Queue {
            http: Client::new(),
            url,
        })
    }

    /// The topic on the broker at the address in `BROKER`.
    pub(crate) fn topic(topic: &str) -> Result<Self, Error> {
        const ADDRESS: &str = "BROKER";
        let Ok(address) = std::env::var(ADDRESS) else {
            return Ok(Self::Nowhere(ADDRESS));
        };
        Ok(Self::Topic {
            broker: Box::new(Publisher::new("checkout", &address)?),
            topic: topic.to_owned(),
        })
    }

    /// The state machine `STATE_MACHINE_ARN` behind the endpoint in `STATES_URL`.
    pub(crate) fn state_machine() -> Self {
        const URL: &str = "STATES_URL";
        const ARN: &str = "STATE_MACHINE_ARN";
        match (std::env::var(URL), std::env::var(ARN)) {
            (Ok(url), Ok(arn)) => Self::StateMachine {
                http: Client::new(),
                url,
                arn,
            },
            (Err(_), _) => Self::Nowhere(URL),
            (_, Err(_)) => Self::Nowhere(ARN),
        }
    }

    /// Sends a message, and waits until it is accepted.
    pub(crate) async fn send(&self, message: String) -> Result<(), Error> {
        match self {
            Self::Queue { http, url } => post(http.post(url).body(message)).await,
            Self::Topic { broker, topic } => broker.publish(topic, message).await,
            Self::StateMachine { http, url, arn } => {
                let body = json!({ "stateMachineArn": arn, "input": message });
                let request = http.post(url).body(body.to_string());
                post(request.header("x-amz-target", "AWSStepFunctions.StartExecution")).await
            }
            Self::Nowhere(variable) => {
                tracing::info!("{variable} isn't set; set it to the place that takes {message}");
                Ok(())
            }
        }
    }
}

async fn post(request: RequestBuilder) -> Result<(), Error> {
    request.send().await?.error_for_status()?;
    Ok(())
}
