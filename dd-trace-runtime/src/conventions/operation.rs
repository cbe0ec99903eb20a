//! The operation name and the type of a span that doesn't name them itself.
//!
//! The rules are the agent's for OpenTelemetry spans, which the official tracer follows too
//! (`pkg/trace/traceutil/otel_util.go`, operation name logic v2).

use std::borrow::Cow;

use opentelemetry::trace::SpanKind;

use super::attribute::Attributes;

/// What was done, such as `http.server.request`: the name that Datadog groups by.
pub(crate) fn name<'a>(kind: &SpanKind, attributes: &Attributes<'a>) -> Cow<'a, str> {
    if let Some(name) = attributes.operation {
        return name.into();
    }
    http(kind, attributes)
        .or_else(|| database(kind, attributes))
        .or_else(|| messaging(kind, attributes))
        .or_else(|| rpc(kind, attributes))
        .or_else(|| function(kind, attributes))
        .or_else(|| graphql(attributes))
        .unwrap_or_else(|| generic(kind, attributes))
}

fn http(kind: &SpanKind, attributes: &Attributes<'_>) -> Option<Cow<'static, str>> {
    let name = match kind {
        SpanKind::Server => "http.server.request",
        SpanKind::Client => "http.client.request",
        _ => return None,
    };
    attributes.has("http.method").then_some(name.into())
}

fn database(kind: &SpanKind, attributes: &Attributes<'_>) -> Option<Cow<'static, str>> {
    let system = attributes
        .first_text(["db.system", "db.system.name"])
        .filter(|_| *kind == SpanKind::Client)?;
    Some(format!("{}.query", system.to_lowercase()).into())
}

fn messaging(kind: &SpanKind, attributes: &Attributes<'_>) -> Option<Cow<'static, str>> {
    let system = attributes
        .text("messaging.system")
        .filter(|_| *kind != SpanKind::Internal)?;
    let operation = attributes.first_text(["messaging.operation", "messaging.operation.type"])?;
    Some(format!("{}.{}", system.to_lowercase(), operation.to_lowercase()).into())
}

fn rpc(kind: &SpanKind, attributes: &Attributes<'_>) -> Option<Cow<'static, str>> {
    let system = attributes.text("rpc.system")?;
    match (kind, attributes.text("rpc.service")) {
        (SpanKind::Client, Some(service)) if system == "aws-api" => {
            Some(format!("aws.{}.request", service.to_lowercase()).into())
        }
        (SpanKind::Client, None) if system == "aws-api" => Some("aws.client.request".into()),
        (SpanKind::Client, _) => Some(format!("{}.client.request", system.to_lowercase()).into()),
        (SpanKind::Server, _) => Some(format!("{}.server.request", system.to_lowercase()).into()),
        _ => None,
    }
}

fn function(kind: &SpanKind, attributes: &Attributes<'_>) -> Option<Cow<'static, str>> {
    match kind {
        SpanKind::Client => {
            let provider = attributes.text("faas.invoked_provider")?.to_lowercase();
            let name = attributes.text("faas.invoked_name")?.to_lowercase();
            Some(format!("{provider}.{name}.invoke").into())
        }
        SpanKind::Server => {
            let trigger = attributes.text("faas.trigger")?.to_lowercase();
            Some(format!("{trigger}.invoke").into())
        }
        _ => None,
    }
}

fn graphql(attributes: &Attributes<'_>) -> Option<Cow<'static, str>> {
    attributes
        .text("graphql.operation.type")
        .map(|_| "graphql.server.request".into())
}

fn generic(kind: &SpanKind, attributes: &Attributes<'_>) -> Cow<'static, str> {
    let side = match kind {
        SpanKind::Server | SpanKind::Client => kind_name(kind),
        _ => return kind_name(kind).into(),
    };
    match attributes.text("network.protocol.name") {
        Some(protocol) => format!("{}.{side}.request", protocol.to_lowercase()).into(),
        None if side == "server" => "server.request".into(),
        None => "client.request".into(),
    }
}

/// The value of the tag `span.kind`.
pub(crate) fn kind_name(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Server => "server",
        SpanKind::Client => "client",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    }
}

/// Where Datadog shows the span: `web`, `http`, a kind of database, or `custom`.
pub(crate) fn span_type<'a>(kind: &SpanKind, attributes: &Attributes<'a>) -> &'a str {
    if let Some(span_type) = attributes.span_type {
        return span_type;
    }
    match kind {
        SpanKind::Server => "web",
        SpanKind::Client => attributes
            .first_text(["db.system.name", "db.system"])
            .map_or("http", database_type),
        _ => "custom",
    }
}

/// The type decides how the agent obfuscates the resource, so SQL must have the type of SQL.
fn database_type(system: &str) -> &'static str {
    match system {
        "adabas" | "cache" | "clickhouse" | "cloudscape" | "cockroachdb" | "coldfusion" | "db2"
        | "derby" | "edb" | "filemaker" | "firebird" | "firstsql" | "h2" | "hanadb" | "hsqldb"
        | "informix" | "ingres" | "instantdb" | "interbase" | "mariadb" | "maxdb" | "mssql"
        | "mysql" | "netezza" | "oracle" | "other_sql" | "pervasive" | "pointbase"
        | "postgresql" | "progress" | "redshift" | "sqlite" | "sybase" | "teradata" | "vertica" => {
            "sql"
        }
        "cassandra" => "cassandra",
        "elasticsearch" => "elasticsearch",
        "memcached" => "memcached",
        "mongodb" => "mongodb",
        "opensearch" => "opensearch",
        "redis" => "redis",
        _ => "db",
    }
}
