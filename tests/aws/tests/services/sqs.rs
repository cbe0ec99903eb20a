//! SQS.

use crate::language::Language::Rust;
use crate::local_aws::{LocalAws, arn, client};
use crate::pair::{Call, PAIRS, pair};
use crate::stage::Stage;

impl LocalAws {
    /// Makes a queue. Returns its URL.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let create = client!(aws_sdk_sqs, self.url()).create_queue();
        let created = create.queue_name(name).send().await.unwrap();
        created.queue_url().unwrap().to_owned()
    }
}

impl Stage {
    /// Makes a queue from which Lambda invokes the function. Returns its URL.
    pub(crate) async fn mapped_queue(&self, name: &str) -> String {
        let url = self.aws.queue(name).await;
        self.map(&arn("sqs", name)).await;
        url
    }
}

const CALL: Call = Call {
    in_rust: "sqs.request  SQS.SendMessage  [aws.sqs]",
    in_python: "sqs.command  sqs.sendmessage  [aws.sqs]",
};
const BATCH: Call = Call {
    in_rust: "sqs.request  SQS.SendMessageBatch  [aws.sqs]",
    ..CALL
};
const QUEUE: &str = "aws.sqs  orders  [orders]";
/// The producer of the second message in the batch.
const OTHER: &str = "\
internal  order  [shop]
  sqs.request  SQS.SendMessageBatch  [aws.sqs]
";

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        let orders = stage.mapped_queue("orders").await;
        stage.produce(pair.producer, "sqs", &orders).await;
        let trace = pair.trace(CALL, &[QUEUE]);
        stage.agent.assert_trace(&trace).await;
    }
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_batch_is_in_its_producer_s_trace() {
    let stage = Stage::set(Rust).await;
    let orders = stage.aws.queue("orders").await;
    stage.produce(Rust, "sqs-batch", &orders).await;
    // All messages are in the queue before Lambda polls it, so they are one batch.
    stage.map(&arn("sqs", "orders")).await;
    let trace = pair(Rust, Rust).trace(BATCH, &[QUEUE]);
    stage.agent.assert_trace(&trace).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_batch_is_in_its_first_producer_s_trace_and_linked_with_the_other() {
    let stage = Stage::set(Rust).await;
    let orders = stage.aws.queue("orders").await;
    stage.produce(Rust, "sqs", &orders).await;
    stage.produce(Rust, "sqs-batch", &orders).await;
    stage.map(&arn("sqs", "orders")).await;
    let trace = pair(Rust, Rust).trace(CALL, &[QUEUE]);
    stage.agent.assert_traces(&mut [&trace, OTHER]).await;
    let other = stage
        .agent
        .span("sqs.request", "SQS.SendMessageBatch")
        .await;
    let links = stage.agent.span("aws.lambda", "consumer").await.span_links;
    let links = links
        .iter()
        .map(|link| (link.trace_id, link.trace_id_high, link.span_id));
    let links: Vec<_> = links.collect();
    assert_eq!(
        links,
        [(other.trace_id, other.trace_id_high, other.span_id)]
    );
}
