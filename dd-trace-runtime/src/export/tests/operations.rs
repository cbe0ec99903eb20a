//! The operation names, types and resources of spans that don't name them, case by case.

use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::config;
use super::payload::{Sent, only_span};

/// Kind and attributes and, after the arrow, name and type.
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
    client db.system=mariadb -> mariadb.query sql
    client db.system=sqlite -> sqlite.query sql
    client db.system=cockroachdb -> cockroachdb.query sql
    client db.system=memcached -> memcached.query memcached
    client db.system=spanner -> spanner.query db
    client db.system=redis db.system.name=postgresql -> redis.query sql
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
    client datadog.name=pay datadog.type=custom operation.name=x span.type=y -> pay custom
";

/// Kind and attributes and, after the arrow, the resource. Without a rule it is the span's name, `GET /`.
const RESOURCES: &str = "
    server http.request.method=POST http.route=/orders/{id} -> POST /orders/{id}
    server http.method=POST -> POST
    client http.request.method=POST http.route=/orders/{id} -> POST
    server http.request.method=_OTHER http.route=/orders -> HTTP /orders
    server http.route=/orders -> GET /

    producer messaging.operation=publish messaging.destination.name=orders -> publish orders
    consumer messaging.operation.type=receive messaging.operation=x messaging.destination=orders -> receive orders
    consumer messaging.operation=receive -> receive
    consumer messaging.destination.name=orders -> GET /

    client rpc.system=grpc rpc.method=Place rpc.service=Shop -> Place Shop
    client rpc.method=Place -> Place
    client rpc.service=Shop -> GET /

    server graphql.operation.type=query graphql.operation.name=orders -> query orders
    server graphql.operation.type=query -> query

    client db.system=postgresql db.statement=SELECT db.query.text=x -> SELECT
    client db.system.name=postgresql db.query.text=SELECT -> SELECT
    client db.query.text=SELECT -> GET /
    client db.system=postgresql -> GET /

    client http.request.method=POST rpc.method=Place db.system=dynamodb db.statement=x -> POST
    server http.request.method=POST resource.name=orders -> orders
    server http.request.method=POST resource.name=orders datadog.resource=pay -> pay
    internal -> GET /
";

/// The span of each line, with the line's two sides.
fn spans(cases: &'static str) -> impl Iterator<Item = (&'static str, Sent, &'static str)> {
    let cases = cases.lines().map(str::trim).filter(|case| !case.is_empty());
    cases.map(|case| {
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
        (given, span, expected)
    })
}

#[test]
fn the_first_convention_that_a_span_follows_names_its_operation_and_type() {
    for (given, span, expected) in spans(CASES) {
        let named = format!("{} {}", span.name, span.r#type);
        assert_eq!(named, expected, "{given}");
    }
}

#[test]
fn the_first_convention_that_a_span_follows_names_its_resource() {
    for (given, span, expected) in spans(RESOURCES) {
        assert_eq!(span.resource, expected, "{given}");
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
