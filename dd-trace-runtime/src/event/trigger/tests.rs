//! Events, their triggers, and the times and pointers that they tell of.

use std::time::{Duration, SystemTime};

use lambda_runtime::Context;
use serde_json::{Value, json};

use super::{InferredSpan, Trigger, TriggerKind};
use crate::event::raw::RawEvent;

fn lambda(partition: &str) -> Context {
    let mut context = Context::default();
    context.invoked_function_arn =
        format!("arn:{partition}:lambda:eu-west-1:123456789012:function:checkout:prod");
    context
}

fn record(source: &str, more: Value) -> Value {
    let mut record = more;
    record["eventSource"] = source.into();
    json!({ "Records": [record] })
}

fn api(more: &Value) -> Value {
    let mut request = json!({"stage": "prod", "apiId": "a1", "domainName": "a1.execute-api.eu-west-1.amazonaws.com"});
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    request
}

type Case<'a> = (Value, TriggerKind, &'a str, Option<&'a str>);

/// That each event is of the kind, with the source and the ARN.
fn check<const N: usize>(cases: [Case<'_>; N]) {
    for (event, kind, source, arn) in cases {
        let raw = RawEvent::from(event.to_string());
        let trigger = Trigger::detect(&raw).unwrap_or_else(|| panic!("{event}"));
        let found = trigger.arn(&lambda("aws-us-gov"));
        let found = (trigger.kind(), trigger.event_source(), found.as_deref());
        assert_eq!(found, (kind, source, arn), "{event}");
    }
}

#[test]
fn a_batch_is_of_the_service_that_its_first_record_names() {
    let of = |source: &str, arn: &str| json!({"Records": [{"eventSource": source, "eventSourceARN": arn}]});
    let bucket = json!({"eventSource": "aws:s3", "s3": {"bucket": {"arn": "arn:b"}}});
    let topic = json!({"EventSource": "aws:sns", "Sns": {"TopicArn": "arn:t"}});
    let distribution = json!({"cf": {"config": {"distributionId": "D1"}}});
    let edge = "arn:aws-us-gov:cloudfront::123456789012:distribution/D1";
    check([
        (
            of("aws:sqs", "arn:q"),
            TriggerKind::Sqs,
            "sqs",
            Some("arn:q"),
        ),
        (
            of("aws:kinesis", "arn:k"),
            TriggerKind::Kinesis,
            "kinesis",
            Some("arn:k"),
        ),
        (
            of("aws:dynamodb", "arn:d"),
            TriggerKind::DynamoDb,
            "dynamodb",
            Some("arn:d"),
        ),
        (
            json!({"Records": [bucket]}),
            TriggerKind::S3,
            "s3",
            Some("arn:b"),
        ),
        (
            json!({"Records": [topic]}),
            TriggerKind::Sns,
            "sns",
            Some("arn:t"),
        ),
        (
            json!({"Records": [distribution]}),
            TriggerKind::CloudFront,
            "cloudfront",
            Some(edge),
        ),
    ]);
}

#[test]
fn a_request_is_of_the_gateway_that_its_context_shows() {
    let balanced =
        json!({"httpMethod": "GET", "requestContext": {"elb": {"targetGroupArn": "arn:g"}}});
    let url = json!({"requestContext": {"stage": "$default", "domainName": "u1.lambda-url.eu-west-1.on.aws"}});
    let url_arn = "arn:aws-us-gov:lambda:eu-west-1:123456789012:url:checkout:prod";
    let rest = json!({"httpMethod": "GET", "requestContext": api(&json!({}))});
    let http = json!({"routeKey": "GET /", "requestContext": api(&json!({}))});
    let socket = json!({"requestContext": api(&json!({"messageDirection": "IN"}))});
    let lattice =
        json!({"requestContext": {"serviceNetworkArn": "arn:n", "targetGroupArn": "arn:g"}});
    let (rest_arn, api_arn) = (
        "arn:aws-us-gov:apigateway:eu-west-1::/restapis/a1/stages/prod",
        "arn:aws-us-gov:apigateway:eu-west-1::/apis/a1/stages/prod",
    );
    check([
        (
            balanced,
            TriggerKind::LoadBalancer,
            "application-load-balancer",
            Some("arn:g"),
        ),
        (
            url,
            TriggerKind::FunctionUrl,
            "lambda-function-url",
            Some(url_arn),
        ),
        (
            rest,
            TriggerKind::ApiGatewayRest,
            "api-gateway",
            Some(rest_arn),
        ),
        (
            http,
            TriggerKind::ApiGatewayHttp,
            "api-gateway",
            Some(api_arn),
        ),
        (
            socket,
            TriggerKind::ApiGatewayWebSocket,
            "api-gateway",
            Some(api_arn),
        ),
        (
            lattice,
            TriggerKind::VpcLattice,
            "vpc-lattice",
            Some("arn:g"),
        ),
        (
            json!({"raw_path": "/", "method": "GET"}),
            TriggerKind::VpcLattice,
            "vpc-lattice",
            None,
        ),
    ]);
}

#[test]
fn any_other_event_is_known_by_its_members() {
    let task = json!({"Execution": {}, "State": {}, "StateMachine": {"Id": "arn:sm"}});
    let scheduled =
        json!({"detail-type": "Scheduled Event", "source": "aws.events", "resources": ["arn:r"]});
    let resolver = json!({"request": {"headers": {}}, "info": {"fieldName": "order"}});
    let machine = Some("arn:sm");
    check([
        (
            json!({"eventSource": "aws:kafka", "eventSourceArn": "arn:m"}),
            TriggerKind::Msk,
            "msk",
            Some("arn:m"),
        ),
        (
            json!({"eventSource": "SelfManagedKafka"}),
            TriggerKind::SelfManagedKafka,
            "kafka",
            None,
        ),
        (
            json!({"detail-type": "t", "source": "shop"}),
            TriggerKind::EventBridge,
            "eventbridge",
            None,
        ),
        (
            scheduled,
            TriggerKind::CloudWatchEvents,
            "cloudwatch-events",
            Some("arn:r"),
        ),
        (
            json!({"awslogs": {"data": ""}}),
            TriggerKind::CloudWatchLogs,
            "cloudwatch-logs",
            None,
        ),
        (task.clone(), TriggerKind::StepFunctions, "states", machine),
        (
            json!({"_datadog": task}),
            TriggerKind::StepFunctions,
            "states",
            machine,
        ),
        (
            json!({"Payload": {"_datadog": task}}),
            TriggerKind::StepFunctions,
            "states",
            machine,
        ),
        (
            json!({"Payload": task}),
            TriggerKind::StepFunctions,
            "states",
            machine,
        ),
        (resolver, TriggerKind::AppSync, "appsync", None),
    ]);
}

#[test]
fn an_event_of_nobody_has_no_trigger() {
    for event in [
        json!({}),
        json!([]),
        json!("Records"),
        json!({"orderId": "1"}),
        json!({"Records": []}),
        json!({"Records": {"eventSource": "aws:sqs"}}),
        json!({"Records": [{"eventSource": "aws:unheard-of"}]}),
        json!({"requestContext": "prod", "httpMethod": "GET"}),
        json!({"requestContext": null}),
        json!({"_datadog": {"x-datadog-trace-id": "1"}}),
    ] {
        let raw = RawEvent::from(event.to_string());
        assert!(Trigger::detect(&raw).is_none(), "{event}");
    }
    for broken in ["", "{", "{\"Records\":[{\"eventSource\":\"aws:sqs"] {
        assert!(
            Trigger::detect(&RawEvent::from(broken)).is_none(),
            "{broken}"
        );
    }
}

#[test]
fn a_request_is_told_without_its_query() {
    let event = json!({
        "version": "2.0", "routeKey": "GET /orders/{id}", "rawPath": "/orders/7", "rawQueryString": "token=secret",
        "headers": {"User-Agent": "curl", "REFERER": "https://shop.example/reset?token=secret#top"},
        "requestContext": api(&json!({"http": {"method": "GET", "path": "/orders/7?token=secret"}})),
    });
    let event = RawEvent::from(event.to_string());
    let details = Trigger::detect(&event).unwrap().details(&lambda("aws"));
    let request = details.http.unwrap();
    assert_eq!(
        request.url.as_deref(),
        Some("https://a1.execute-api.eu-west-1.amazonaws.com/orders/7")
    );
    assert_eq!(request.route.as_deref(), Some("/orders/{id}"));
    assert_eq!(request.method.as_deref(), Some("GET"));
    assert_eq!(request.user_agent.as_deref(), Some("curl"));
    assert_eq!(request.path.as_deref(), Some("/orders/7"));
    assert_eq!(
        request.referer.as_deref(),
        Some("https://shop.example/reset")
    );
}

fn inferred(event: &Value) -> InferredSpan<'static> {
    let event = RawEvent::from(event.to_string());
    let trigger = Trigger::detect(&event).unwrap();
    trigger
        .details(&lambda("aws"))
        .inferred
        .unwrap()
        .into_owned()
}

#[allow(clippy::unnecessary_wraps, reason = "as the span has it")]
fn at(milliseconds: u64) -> Option<SystemTime> {
    Some(SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds))
}

#[test]
fn a_message_tells_of_every_service_that_it_came_through() {
    let bus = json!({"detail-type": "placed", "source": "shop", "time": "1970-01-01T00:00:01Z", "detail": {}});
    let topic = json!({
        "Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:placed",
        "Timestamp": "1970-01-01T00:00:02Z", "Message": bus.to_string(),
    });
    let event = record(
        "aws:sqs",
        json!({
            "eventSourceARN": "arn:aws:sqs:eu-west-1:1:orders",
            "attributes": {"SentTimestamp": "3000"}, "body": topic.to_string(),
        }),
    );
    let spans: Vec<InferredSpan> = std::iter::successors(Some(inferred(&event)), |span| {
        span.before.as_deref().cloned()
    })
    .collect();
    let told: Vec<_> = spans
        .iter()
        .map(|span| (span.name, &*span.resource, span.start))
        .collect();
    assert_eq!(
        told,
        [
            ("aws.sqs", "orders", at(3000)),
            ("aws.sns", "placed", at(2000)),
            ("aws.eventbridge", "shop", at(1000)),
        ]
    );
}

#[test]
fn an_event_of_eventbridge_began_when_its_producer_says() {
    let event = |carrier: Value| json!({"detail-type": "t", "source": "s", "time": "1970-01-01T00:00:09Z", "detail": {"_datadog": carrier}});
    assert_eq!(inferred(&event(json!({}))).start, at(9000));
    assert_eq!(
        inferred(&event(json!({"x-datadog-start-time": "9123"}))).start,
        at(9123)
    );
    let state = json!({"State": {"EnteredTime": "1970-01-01T00:00:09.456Z"}});
    assert_eq!(inferred(&event(state)).start, at(9456));
}

fn pointers(event: &Value) -> Vec<(&'static str, String)> {
    let event = RawEvent::from(event.to_string());
    let pointers = Trigger::detect(&event).unwrap().pointers();
    pointers
        .into_iter()
        .map(|pointer| (pointer.kind, pointer.hash))
        .collect()
}

fn object(bucket: &str, key: &str, etag: &str) -> Value {
    json!({
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "eTag": etag}},
    })
}

#[test]
fn each_object_that_was_created_is_pointed_to() {
    let mut deleted = object("some-bucket", "some-key.data", "ab12ef34");
    deleted["eventName"] = "ObjectRemoved:Delete".into();
    let event = json!({"Records": [
        object("some-bucket", "some-key.data", "ab12ef34"),
        object("some-bucket", "some-key.data", "\"ab12ef34\""),
        object("some-bucket", "some-key.%E4%BD%A0%E5%A5%BD", "ab12ef34"),
        object("mybucket", "mykey", "123abc"),
        deleted,
        object("my-bucket", "uploads/a+b.txt", "d41d8"),
    ]});
    let hashes: Vec<String> = pointers(&event).into_iter().map(|(_, hash)| hash).collect();
    assert_eq!(
        hashes,
        [
            "e721375466d4116ab551213fdea08413",
            "e721375466d4116ab551213fdea08413",
            "d1333a04b9928ab462b5c6cadfa401f4",
            "8d49f5b0b742484159d4cd572bae1ce5",
            "435d05535b48e730770269f770d0a800",
        ]
    );
}

#[test]
fn each_item_that_was_written_is_pointed_to_by_its_key_as_bytes() {
    let item = |keys: Value| {
        json!({
            "eventSource": "aws:dynamodb", "eventName": "INSERT",
            "eventSourceARN": "arn:aws-cn:dynamodb:cn-north-1:1:table/some-table/stream/2024",
            "dynamodb": {"Keys": keys},
        })
    };
    let event = json!({"Records": [
        item(json!({"some-key": {"S": "some-value"}})),
        item(json!({"some-key": {"N": "123.456"}})),
        item(json!({"some-key": {"S": "some-value"}, "other-key": {"N": "123"}})),
        item(json!({"some-key": {"B": "c29tZS12YWx1ZQo="}})),
        item(json!({"some-key": {"BOOL": true}})),
    ]});
    let expected = [
        "7f1aee721472bcb48701d45c7c7f7821",
        "434a6dba3997ce4dbbadc98d87a0cc24",
        "7aa1b80b0e49bd2078a5453399f4dd67",
        "f03a7e69e4cc7cdc57fb3b1fe476a8fe",
    ];
    let expected: Vec<_> = expected
        .map(|hash| ("aws.dynamodb.item", hash.to_owned()))
        .into();
    assert_eq!(pointers(&event), expected);
}
