//! EventBridge.
//!
//! Our library names an event's span after its bus. Datadog's tracer for Python doesn't send the bus, and its library
//! for Python names the span after the event's source.

use aws_sdk_eventbridge::types::Target;

use crate::language::Language::Rust;
use crate::local_aws::{LocalAws, arn, client};
use crate::pair::{Call, PAIRS, Pair};
use crate::stage::function_arn;

impl LocalAws {
    /// Makes a bus whose events go to `target`. Returns its name.
    async fn bus_to(&self, target: &str) -> &'static str {
        let (events, bus) = (client!(aws_sdk_eventbridge, self.url()), "orders");
        let create = events.create_event_bus().name(bus);
        create.send().await.unwrap();
        let put = events.put_rule().name("placed").event_bus_name(bus);
        let put = put.event_pattern(r#"{"source":["shop"]}"#);
        put.send().await.unwrap();
        let target = Target::builder().id("1").arn(target).build().unwrap();
        let put = events.put_targets().rule("placed").event_bus_name(bus);
        put.targets(target).send().await.unwrap();
        bus
    }
}

const CALL: Call = Call {
    in_rust: "eventbridge.request  EventBridge.PutEvents  [aws.eventbridge]",
    in_python: "events.command  events.putevents  [aws.events]",
};

/// The span of an event: named after its bus if both libraries are ours, and otherwise after its source.
fn event(pair: Pair) -> &'static str {
    match (pair.producer, pair.consumer) {
        (Rust, Rust) => "aws.eventbridge  orders  [shop]",
        _ => "aws.eventbridge  shop  [shop]",
    }
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn an_event_s_consumer_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        let orders = stage.aws.bus_to(&function_arn()).await;
        stage.produce(pair.producer, "eventbridge", orders).await;
        let trace = pair.trace(CALL, &[event(pair)]);
        stage.agent.assert_trace(&trace).await;
    }
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_consumer_of_an_event_through_a_queue_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        stage.mapped_queue("order-queue").await;
        let orders = stage.aws.bus_to(&arn("sqs", "order-queue")).await;
        stage.produce(pair.producer, "eventbridge", orders).await;
        let queue = "aws.sqs  order-queue  [order-queue]";
        let trace = pair.trace(CALL, &[event(pair), queue]);
        stage.agent.assert_trace(&trace).await;
    }
}
