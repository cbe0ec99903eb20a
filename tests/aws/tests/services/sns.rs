//! SNS.
//!
//! `ministack` empties the attributes of type `Binary`, save in messages that it hands to SQS as they are;
//! `moto` keeps them in the envelope for SQS, but loses raw messages that have some, and runs no function. So the
//! envelope comes from `moto`, Lambda's event is made of it here, and `ministack` invokes the function with that.

use aws_sdk_sqs::types::Message;

use crate::language::Language::{self, Python, Rust};
use crate::local_aws::{LocalAws, arn, client};
use crate::received::{notification, queued};
use crate::stage::Stage;

impl LocalAws {
    /// Makes a topic; its ARN.
    async fn topic(&self, name: &str) -> String {
        let create = client!(aws_sdk_sns, self.url()).create_topic();
        let created = create.name(name).send().await.unwrap();
        created.topic_arn().unwrap().to_owned()
    }

    async fn subscribe(&self, topic: &str, queue: &str, raw: bool) {
        let subscribe = client!(aws_sdk_sns, self.url()).subscribe();
        let subscribe = subscribe
            .topic_arn(topic)
            .protocol("sqs")
            .endpoint(queue)
            .attributes("RawMessageDelivery", raw.to_string());
        subscribe.send().await.unwrap();
    }

    /// Makes a topic with a queue below it.
    async fn topic_and_queue(&self, raw: bool) -> TopicAndQueue {
        let topic = self.topic("orders").await;
        let queue = self.queue("order-queue").await;
        let arn = arn("sqs", "order-queue");
        self.subscribe(&topic, &arn, raw).await;
        TopicAndQueue { topic, queue }
    }
}

/// The ARN of a topic, and the URL of a queue below it.
#[derive(Debug)]
struct TopicAndQueue {
    topic: String,
    queue: String,
}

const TRACE: &str = "\
internal  order  [shop]
  sns.request  SNS.Publish  [aws.sns]
    aws.sns  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const FROM_PYTHON: &str = "\
order  order  [shop]
  sns.command  sns.publish  [aws.sns]
    aws.sns  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const TO_PYTHON: &str = "\
internal  order  [shop]
  sns.request  SNS.Publish  [aws.sns]
    aws.sns  orders  [orders]
      aws.lambda  consumer  [consumer]
        work  work  [consumer]
";
const OVER_SQS: &str = "\
internal  order  [shop]
  sns.request  SNS.Publish  [aws.sns]
    aws.sns  orders  [orders]
      aws.sqs  order-queue  [order-queue]
        aws.lambda  consumer  [consumer]
          aws.lambda.load  consumer  [consumer]
          internal  work  [consumer]
";
const OVER_SQS_FROM_PYTHON: &str = "\
order  order  [shop]
  sns.command  sns.publish  [aws.sns]
    aws.sns  orders  [orders]
      aws.sqs  order-queue  [order-queue]
        aws.lambda  consumer  [consumer]
          aws.lambda.load  consumer  [consumer]
          internal  work  [consumer]
";
const OVER_SQS_TO_PYTHON: &str = "\
internal  order  [shop]
  sns.request  SNS.Publish  [aws.sns]
    aws.sns  orders  [orders]
      aws.sqs  order-queue  [order-queue]
        aws.lambda  consumer  [consumer]
          work  work  [consumer]
";
const RAW: &str = "\
internal  order  [shop]
  sns.request  SNS.Publish  [aws.sns]
    aws.sqs  order-queue  [order-queue]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const RAW_FROM_PYTHON: &str = "\
order  order  [shop]
  sns.command  sns.publish  [aws.sns]
    aws.sqs  order-queue  [order-queue]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const RAW_TO_PYTHON: &str = "\
internal  order  [shop]
  sns.request  SNS.Publish  [aws.sns]
    aws.sqs  order-queue  [order-queue]
      aws.lambda  consumer  [consumer]
        work  work  [consumer]
";

/// The envelope of a message, as it is in a queue.
async fn enveloped(stage: &Stage, producer: Language) -> Message {
    let moto = LocalAws::moto().await;
    let orders = moto.topic_and_queue(false).await;
    stage
        .produce_at(&moto.url(), producer, "sns", &orders.topic)
        .await;
    moto.receive(&orders.queue).await
}

async fn message(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    let message = enveloped(&stage, producer).await;
    stage.invoke(&notification(&message)).await;
    stage.agent.assert_trace(trace).await;
}

async fn message_over_sqs(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    let message = enveloped(&stage, producer).await;
    stage.invoke(&queued(&message, "order-queue")).await;
    stage.agent.assert_trace(trace).await;
}

async fn raw_message(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    let orders = stage.aws.topic_and_queue(true).await;
    stage.map(&arn("sqs", "order-queue")).await;
    stage.produce(producer, "sns", &orders.topic).await;
    stage.agent.assert_trace(trace).await;
}

#[tokio::test]
#[ignore = "needs ministack, moto and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_is_in_its_producer_s_trace() {
    message(Rust, Rust, TRACE).await;
}

#[tokio::test]
#[ignore = "needs ministack, moto, boto3 and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_is_in_the_trace_of_its_producer_in_python() {
    message(Python, Rust, FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, moto, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_in_python_is_in_its_producer_s_trace() {
    message(Rust, Python, TO_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, moto and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_message_over_a_queue_is_in_its_producer_s_trace() {
    message_over_sqs(Rust, Rust, OVER_SQS).await;
}

#[tokio::test]
#[ignore = "needs ministack, moto, boto3 and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_message_over_a_queue_is_in_the_trace_of_its_producer_in_python() {
    message_over_sqs(Python, Rust, OVER_SQS_FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, moto, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_consumer_in_python_of_a_message_over_a_queue_is_in_its_producer_s_trace() {
    message_over_sqs(Rust, Python, OVER_SQS_TO_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_raw_message_is_in_its_producer_s_trace() {
    raw_message(Rust, Rust, RAW).await;
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_raw_message_is_in_the_trace_of_its_producer_in_python() {
    raw_message(Python, Rust, RAW_FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_consumer_in_python_of_a_raw_message_is_in_its_producer_s_trace() {
    raw_message(Rust, Python, RAW_TO_PYTHON).await;
}
