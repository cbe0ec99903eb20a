//! SNS.
//!
//! `ministack` empties attributes of type `Binary`, except in messages that it passes to SQS as they are. `moto` keeps
//! them in the envelope for SQS, but loses raw messages that have some, and runs no function. So the envelope comes
//! from `moto`, the test makes Lambda's event from it, and `ministack` invokes the function with that event.

use aws_sdk_sqs::types::Message;

use crate::language::Language;
use crate::local_aws::{LocalAws, arn, client};
use crate::pair::{Call, PAIRS};
use crate::received::{notification, queued};
use crate::stage::Stage;

impl LocalAws {
    /// Makes a topic. Returns its ARN.
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

    /// Makes a topic with a queue that it sends to.
    async fn topic_and_queue(&self, raw: bool) -> TopicAndQueue {
        let topic = self.topic("orders").await;
        let queue = self.queue("order-queue").await;
        let arn = arn("sqs", "order-queue");
        self.subscribe(&topic, &arn, raw).await;
        TopicAndQueue { topic, queue }
    }
}

/// The ARN of a topic, and the URL of the queue that it sends to.
#[derive(Debug)]
struct TopicAndQueue {
    topic: String,
    queue: String,
}

const CALL: Call = Call {
    in_rust: "sns.request  SNS.Publish  [aws.sns]",
    in_python: "sns.command  sns.publish  [aws.sns]",
};
const TOPIC: &str = "aws.sns  orders  [orders]";
const QUEUE: &str = "aws.sqs  order-queue  [order-queue]";

/// The envelope of a message, as the queue holds it.
async fn enveloped(stage: &Stage, producer: Language) -> Message {
    let moto = LocalAws::moto().await;
    let orders = moto.topic_and_queue(false).await;
    stage
        .produce_at(&moto.url(), producer, "sns", &orders.topic)
        .await;
    moto.receive(&orders.queue).await
}

#[tokio::test]
#[ignore = "needs ministack, moto, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        let message = enveloped(&stage, pair.producer).await;
        stage.invoke(&notification(&message)).await;
        let trace = pair.trace(CALL, &[TOPIC]);
        stage.agent.assert_trace(&trace).await;
    }
}

#[tokio::test]
#[ignore = "needs ministack, moto, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_message_through_a_queue_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        let message = enveloped(&stage, pair.producer).await;
        stage.invoke(&queued(&message, "order-queue")).await;
        let trace = pair.trace(CALL, &[TOPIC, QUEUE]);
        stage.agent.assert_trace(&trace).await;
    }
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_raw_message_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        let orders = stage.aws.topic_and_queue(true).await;
        stage.map(&arn("sqs", "order-queue")).await;
        stage.produce(pair.producer, "sns", &orders.topic).await;
        let trace = pair.trace(CALL, &[QUEUE]);
        stage.agent.assert_trace(&trace).await;
    }
}
