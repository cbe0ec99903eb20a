//! Operation names and types of spans that don't say them, case by case.

use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::config;
use super::payload::only_span;

/// Kind, attributes and, behind the arrow, name and type.
///
/// The rules come from the agent's own for OpenTelemetry spans.
const CASES: &str = "
    server http.request.method=GET -> http.server.request web
    client http.method=GET -> http.client.request http
    internal http.method=GET -> internal custom

    client db.system=postgresql -> postgresql.query sql
    client db.system=DynamoDB -> dynamodb.query db
    client db.system.name=redis -> redis.query redis
    client db.system=mongodb -> mongodb.query mongodb
    server db.system=mysql -> server.request web

    producer messaging.system=aws_sqs messaging.operation=Publish -> aws_sqs.publish custom
    consumer messaging.system=kafka messaging.operation.type=receive -> kafka.receive custom
    consumer messaging.system=kafka -> consumer custom
    internal messaging.system=kafka messaging.operation=receive -> internal custom

    client rpc.system=aws-api rpc.service=S3 -> aws.s3.request http
    client rpc.system=aws-api -> aws.client.request http
    client rpc.system=gRPC rpc.service=Shop -> grpc.client.request http
    server rpc.system=grpc -> grpc.server.request web

    client faas.invoked_provider=aws faas.invoked_name=Order -> aws.order.invoke http
    client faas.invoked_name=Order -> client.request http
    server faas.trigger=http -> http.invoke web

    internal graphql.operation.type=query -> graphql.server.request custom

    server network.protocol.name=AMQP -> amqp.server.request web
    client network.protocol.name=mqtt -> mqtt.client.request http
    server -> server.request web
    client -> client.request http
    producer -> producer custom
    consumer -> consumer custom

    client http.request.method=POST db.system=elasticsearch rpc.system=grpc -> http.client.request elasticsearch
";

#[test]
fn the_first_convention_that_a_span_follows_names_its_operation_and_type() {
    for case in CASES.lines().map(str::trim).filter(|case| !case.is_empty()) {
        let (given, expected) = case.split_once(" -> ").unwrap();
        let (kind, attributes) = given.split_once(' ').unwrap_or((given, ""));
        let attributes = attributes.split_whitespace().map(|attribute| {
            let (key, value) = attribute.split_once('=').unwrap();
            KeyValue::new(key.to_owned(), value.to_owned())
        });
        let builder = SpanBuilder::from_name("GET /")
            .with_kind(kind_named(kind))
            .with_attributes(attributes);
        let span = only_span(&config(&[]), |tracer| {
            tracer.build_with_context(builder, &Context::new()).end();
        });
        assert_eq!(
            format!("{} {}", span.name, span.r#type),
            expected,
            "{given}"
        );
    }
}

fn kind_named(name: &str) -> SpanKind {
    match name {
        "server" => SpanKind::Server,
        "client" => SpanKind::Client,
        "producer" => SpanKind::Producer,
        "consumer" => SpanKind::Consumer,
        "internal" => SpanKind::Internal,
        _ => panic!("no kind `{name}`"),
    }
}
