//! SQS.

use crate::language::Language::{self, Python, Rust};
use crate::local_aws::{LocalAws, arn, client};
use crate::stage::Stage;

impl LocalAws {
    /// Makes a queue; its URL.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let create = client!(aws_sdk_sqs, self.url()).create_queue();
        let created = create.queue_name(name).send().await.unwrap();
        created.queue_url().unwrap().to_owned()
    }
}

impl Stage {
    /// Makes a queue from which Lambda invokes the function; its URL.
    pub(crate) async fn mapped_queue(&self, name: &str) -> String {
        let url = self.aws.queue(name).await;
        self.map(&arn("sqs", name)).await;
        url
    }
}

const TRACE: &str = "\
internal  order  [shop]
  sqs.request  SQS.SendMessage  [aws.sqs]
    aws.sqs  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const FROM_PYTHON: &str = "\
order  order  [shop]
  sqs.command  sqs.sendmessage  [aws.sqs]
    aws.sqs  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const TO_PYTHON: &str = "\
internal  order  [shop]
  sqs.request  SQS.SendMessage  [aws.sqs]
    aws.sqs  orders  [orders]
      aws.lambda  consumer  [consumer]
        work  work  [consumer]
";
const BATCH: &str = "\
internal  order  [shop]
  sqs.request  SQS.SendMessageBatch  [aws.sqs]
    aws.sqs  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const OTHER: &str = "\
internal  order  [shop]
  sqs.request  SQS.SendMessageBatch  [aws.sqs]
";

async fn message(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    let orders = stage.mapped_queue("orders").await;
    stage.produce(producer, "sqs", &orders).await;
    stage.agent.assert_trace(trace).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_is_in_its_producer_s_trace() {
    message(Rust, Rust, TRACE).await;
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_is_in_the_trace_of_its_producer_in_python() {
    message(Python, Rust, FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_message_s_consumer_in_python_is_in_its_producer_s_trace() {
    message(Rust, Python, TO_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_batch_is_in_its_producer_s_trace() {
    let stage = Stage::set(Rust).await;
    let orders = stage.aws.queue("orders").await;
    stage.produce(Rust, "sqs-batch", &orders).await;
    // All messages are there before Lambda looks for some, so that it gets them at once.
    stage.map(&arn("sqs", "orders")).await;
    stage.agent.assert_trace(BATCH).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn the_consumer_of_a_batch_is_in_its_first_producer_s_trace_and_linked_with_the_other() {
    let stage = Stage::set(Rust).await;
    let orders = stage.aws.queue("orders").await;
    stage.produce(Rust, "sqs", &orders).await;
    stage.produce(Rust, "sqs-batch", &orders).await;
    stage.map(&arn("sqs", "orders")).await;
    stage.agent.assert_traces(&mut [TRACE, OTHER]).await;
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
