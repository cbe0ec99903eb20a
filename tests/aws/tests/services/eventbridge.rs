//! EventBridge.
//!
//! We name an event's span by its bus, of which Datadog's tracer for Python says nothing when it sends one, and
//! its library for Python by the source.

use aws_sdk_eventbridge::types::Target;

use crate::language::Language::{self, Python, Rust};
use crate::local_aws::{LocalAws, arn, client};
use crate::stage::{Stage, function_arn};

impl LocalAws {
    /// Makes a bus whose events go to `target`; its name.
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

const TRACE: &str = "\
internal  order  [shop]
  eventbridge.request  EventBridge.PutEvents  [aws.eventbridge]
    aws.eventbridge  orders  [shop]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const FROM_PYTHON: &str = "\
order  order  [shop]
  events.command  events.putevents  [aws.events]
    aws.eventbridge  shop  [shop]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const TO_PYTHON: &str = "\
internal  order  [shop]
  eventbridge.request  EventBridge.PutEvents  [aws.eventbridge]
    aws.eventbridge  shop  [shop]
      aws.lambda  consumer  [consumer]
        work  work  [consumer]
";
const OVER_SQS: &str = "\
internal  order  [shop]
  eventbridge.request  EventBridge.PutEvents  [aws.eventbridge]
    aws.eventbridge  orders  [shop]
      aws.sqs  order-queue  [order-queue]
        aws.lambda  consumer  [consumer]
          aws.lambda.load  consumer  [consumer]
          internal  work  [consumer]
";
const OVER_SQS_FROM_PYTHON: &str = "\
order  order  [shop]
  events.command  events.putevents  [aws.events]
    aws.eventbridge  shop  [shop]
      aws.sqs  order-queue  [order-queue]
        aws.lambda  consumer  [consumer]
          aws.lambda.load  consumer  [consumer]
          internal  work  [consumer]
";
const OVER_SQS_TO_PYTHON: &str = "\
internal  order  [shop]
  eventbridge.request  EventBridge.PutEvents  [aws.eventbridge]
    aws.eventbridge  shop  [shop]
      aws.sqs  order-queue  [order-queue]
        aws.lambda  consumer  [consumer]
          work  work  [consumer]
";

async fn event(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    let orders = stage.aws.bus_to(&function_arn()).await;
    stage.produce(producer, "eventbridge", orders).await;
    stage.agent.assert_trace(trace).await;
}

async fn event_over_sqs(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    stage.mapped_queue("order-queue").await;
    let orders = stage.aws.bus_to(&arn("sqs", "order-queue")).await;
    stage.produce(producer, "eventbridge", orders).await;
    stage.agent.assert_trace(trace).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn an_event_s_consumer_is_in_its_producer_s_trace() {
    event(Rust, Rust, TRACE).await;
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn an_event_s_consumer_is_in_the_trace_of_its_producer_in_python() {
    event(Python, Rust, FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn an_event_s_consumer_in_python_is_in_its_producer_s_trace() {
    event(Rust, Python, TO_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn the_consumer_of_an_event_over_a_queue_is_in_its_producer_s_trace() {
    event_over_sqs(Rust, Rust, OVER_SQS).await;
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn the_consumer_of_an_event_over_a_queue_is_in_the_trace_of_its_producer_in_python() {
    event_over_sqs(Python, Rust, OVER_SQS_FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_consumer_in_python_of_an_event_over_a_queue_is_in_its_producer_s_trace() {
    event_over_sqs(Rust, Python, OVER_SQS_TO_PYTHON).await;
}
