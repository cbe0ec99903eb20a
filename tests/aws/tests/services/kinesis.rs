//! Kinesis.

use crate::language::Language::{self, Python, Rust};
use crate::local_aws::{arn, client};
use crate::stage::Stage;

impl Stage {
    /// Makes a stream from which Lambda invokes the function; its name.
    async fn mapped_stream(&self) -> &'static str {
        let create = client!(aws_sdk_kinesis, self.aws.url()).create_stream();
        let create = create.stream_name("orders").shard_count(1);
        create.send().await.unwrap();
        self.map(&arn("kinesis", "stream/orders")).await;
        "orders"
    }
}

const TRACE: &str = "\
internal  order  [shop]
  kinesis.request  Kinesis.PutRecord  [aws.kinesis]
    aws.kinesis  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const FROM_PYTHON: &str = "\
order  order  [shop]
  kinesis.command  kinesis.putrecord  [aws.kinesis]
    aws.kinesis  orders  [orders]
      aws.lambda  consumer  [consumer]
        aws.lambda.load  consumer  [consumer]
        internal  work  [consumer]
";
const TO_PYTHON: &str = "\
internal  order  [shop]
  kinesis.request  Kinesis.PutRecord  [aws.kinesis]
    aws.kinesis  orders  [orders]
      aws.lambda  consumer  [consumer]
        work  work  [consumer]
";

async fn record(producer: Language, consumer: Language, trace: &str) {
    let stage = Stage::set(consumer).await;
    let orders = stage.mapped_stream().await;
    stage.produce(producer, "kinesis", orders).await;
    stage.agent.assert_trace(trace).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn a_record_s_consumer_is_in_its_producer_s_trace() {
    record(Rust, Rust, TRACE).await;
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn a_record_s_consumer_is_in_the_trace_of_its_producer_in_python() {
    record(Python, Rust, FROM_PYTHON).await;
}

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_record_s_consumer_in_python_is_in_its_producer_s_trace() {
    record(Rust, Python, TO_PYTHON).await;
}
