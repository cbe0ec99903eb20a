//! S3 and DynamoDB, whose events carry no context: both sides name the written object or item by a hash.

use std::collections::BTreeMap;

use emulator::Span;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::language::Language::{self, Python, Rust};
use crate::local_aws::LocalAws;
use crate::stage::{Stage, function_arn};

impl LocalAws {
    /// Makes a bucket that notifies the function of new objects. Returns its name.
    async fn bucket(&self) -> &'static str {
        let notify = format!(
            "<NotificationConfiguration><CloudFunctionConfiguration><CloudFunction>{}</CloudFunction>\
             <Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration></NotificationConfiguration>",
            function_arn()
        );
        self.ask(Method::PUT, "/uploads", |request| request).await;
        self.ask(Method::PUT, "/uploads?notification", |request| {
            request.body(notify)
        })
        .await;
        "uploads"
    }

    /// Makes a table with a stream of its changes. Returns the ARN of the stream.
    async fn table(&self) -> String {
        let attribute =
            |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        let table = json!({
            "TableName": "orders",
            "AttributeDefinitions": [attribute("tenant", "S"), attribute("id", "N")],
            "KeySchema": [key("tenant", "HASH"), key("id", "RANGE")],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
        });
        let create = |request: reqwest::RequestBuilder| {
            let request = request.header("x-amz-target", "DynamoDB_20120810.CreateTable");
            let request = request.header("content-type", "application/x-amz-json-1.0");
            request.body(table.to_string())
        };
        let created = self.ask(Method::POST, "/", create).await;
        let created: Value = serde_json::from_str(&created).unwrap();
        let stream = created["TableDescription"]["LatestStreamArn"].as_str();
        stream.unwrap().to_owned()
    }
}

type Attributes = BTreeMap<String, String>;

/// The links of spans: members of ours, and a tag of those from Datadog's tracer for Python.
fn links(spans: &[Span]) -> Vec<Attributes> {
    let members = spans.iter().flat_map(|span| span.span_links.clone());
    let members = members.map(|link| link.attributes);
    let tags = spans
        .iter()
        .filter_map(|span| span.meta.get("_dd.span_links"));
    let tags = tags.flat_map(|links| serde_json::from_str::<Vec<LinkInTag>>(links).unwrap());
    members.chain(tags.map(|link| link.attributes)).collect()
}

#[derive(Deserialize)]
struct LinkInTag {
    attributes: Attributes,
}

/// The kind and hash of span pointers in one direction: `d` is what was written, `u` what was read.
fn pointers<'a>(links: &'a [Attributes], direction: &str) -> Vec<[&'a str; 2]> {
    let pointers = links.iter().filter(|attributes| {
        attributes["link.kind"] == "span-pointer" && attributes["ptr.dir"] == direction
    });
    pointers
        .map(|attributes| ["ptr.kind", "ptr.hash"].map(|name| attributes[name].as_str()))
        .collect()
}

/// Asserts that the function points at what the producer has written.
async fn assert_linked(stage: &Stage, kind: &str) {
    let links = links(&stage.agent.spans().await);
    let written = pointers(&links, "d");
    assert!(
        matches!(written[..], [[of, _]] if of == kind),
        "{written:?}"
    );
    assert_eq!(pointers(&links, "u"), written);
}

const OBJECT: &str = "\
aws.s3  uploads  [uploads]
  aws.lambda  consumer  [consumer]
    aws.lambda.load  consumer  [consumer]
    internal  work  [consumer]
";
const ITEM: &str = "\
aws.dynamodb  INSERT orders  [orders]
  aws.lambda  consumer  [consumer]
    aws.lambda.load  consumer  [consumer]
    internal  work  [consumer]
";

/// The trace of a producer that makes one call, as its tracer names the spans.
fn called(producer: Language, python: &str, rust: &str) -> String {
    let (root, call) = match producer {
        Python => ("order", python),
        Rust => ("internal", rust),
    };
    format!("{root}  order  [shop]\n  {call}\n")
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn the_consumer_of_an_object_points_at_what_a_producer_has_put() {
    for producer in [Python, Rust] {
        let stage = Stage::set(Rust).await;
        let bucket = stage.aws.bucket().await;
        stage.produce(producer, "s3", bucket).await;
        let called = called(
            producer,
            "s3.command  s3.putobject  [aws.s3]",
            "s3.request  S3.PutObject  [aws.s3]",
        );
        stage.agent.assert_traces(&mut [&called, OBJECT]).await;
        assert_linked(&stage, "aws.s3.object").await;
    }
}

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn the_consumer_of_an_item_points_at_what_a_producer_has_written() {
    let operations = [
        ("dynamodb-put", "putitem", "PutItem"),
        ("dynamodb-update", "updateitem", "UpdateItem"),
    ];
    for producer in [Python, Rust] {
        for (call, python, rust) in operations {
            let stage = Stage::set(Rust).await;
            stage.map(&stage.aws.table().await).await;
            stage.produce(producer, call, "orders").await;
            let called = called(
                producer,
                &format!("dynamodb.command  dynamodb.{python}  [aws.dynamodb]"),
                &format!("dynamodb.request  DynamoDB.{rust}  [aws.dynamodb]"),
            );
            stage.agent.assert_traces(&mut [&called, ITEM]).await;
            assert_linked(&stage, "aws.dynamodb.item").await;
        }
    }
}
