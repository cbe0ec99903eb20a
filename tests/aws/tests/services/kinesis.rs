//! Kinesis.

use crate::local_aws::{arn, client};
use crate::pair::{Call, PAIRS};
use crate::stage::Stage;

impl Stage {
    /// Makes a stream from which Lambda invokes the function. Returns its name.
    async fn mapped_stream(&self) -> &'static str {
        let create = client!(aws_sdk_kinesis, self.aws.url()).create_stream();
        let create = create.stream_name("orders").shard_count(1);
        create.send().await.unwrap();
        self.map(&arn("kinesis", "stream/orders")).await;
        "orders"
    }
}

const CALL: Call = Call {
    in_rust: "kinesis.request  Kinesis.PutRecord  [aws.kinesis]",
    in_python: "kinesis.command  kinesis.putrecord  [aws.kinesis]",
};

#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn a_record_s_consumer_is_in_its_producer_s_trace() {
    for pair in PAIRS {
        let stage = pair.stage().await;
        let orders = stage.mapped_stream().await;
        stage.produce(pair.producer, "kinesis", orders).await;
        let trace = pair.trace(CALL, &["aws.kinesis  orders  [orders]"]);
        stage.agent.assert_trace(&trace).await;
    }
}
