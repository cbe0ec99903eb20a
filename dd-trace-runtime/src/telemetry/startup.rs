//! One line of JSON that says which settings are in force.

use serde_json::json;

use crate::config::Config;
use crate::context::propagation::Style;
use crate::tracer::provider::Source;

/// The line, with the names that Datadog's tracers have for the same.
pub(super) fn line(config: &Config, source: &Source) -> String {
    let styles =
        |styles: &[Style]| -> Vec<&str> { styles.iter().map(|style| style.name()).collect() };
    let (rules, limit) = config.sampling.summary();
    let provider = match source {
        Source::Own(_) => "dd-trace-runtime",
        Source::User(_) => "user",
    };
    let line = json!({
        "message": "DATADOG TRACER CONFIGURATION",
        "lang": "rust",
        "version": env!("CARGO_PKG_VERSION"),
        "enabled": config.enabled,
        "service": config.services.own(),
        "env": config.env,
        "dd_version": config.version,
        "tags": config.tags.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>(),
        "function": config.function_name,
        "agent_url": config.agent.to_string(),
        "provider": provider,
        "propagation_style_extract": styles(&config.propagation.extract),
        "propagation_style_inject": styles(&config.propagation.inject),
        "sampling_rules": rules,
        "rate_limit": limit,
        "extractor": config.extractor,
        "partial_flush_min_spans": config.partial_flush,
        "debug": config.debug,
        "features": features(),
    });
    serde_json::to_string(&line).unwrap_or_default()
}

/// The features that the library was built with.
fn features() -> Vec<&'static str> {
    let features = [
        ("aws", cfg!(feature = "aws")),
        ("aws-dynamodb", cfg!(feature = "aws-dynamodb")),
        ("aws-eventbridge", cfg!(feature = "aws-eventbridge")),
        ("aws-kinesis", cfg!(feature = "aws-kinesis")),
        ("aws-lambda", cfg!(feature = "aws-lambda")),
        ("aws-s3", cfg!(feature = "aws-s3")),
        ("aws-sfn", cfg!(feature = "aws-sfn")),
        ("aws-sns", cfg!(feature = "aws-sns")),
        ("aws-sqs", cfg!(feature = "aws-sqs")),
        ("lambda_http", cfg!(feature = "lambda_http")),
        ("testing", cfg!(feature = "testing")),
        ("tower", cfg!(feature = "tower")),
        ("tracing", cfg!(feature = "tracing")),
    ];
    let features = features.into_iter().filter(|(_, is_on)| *is_on);
    features.map(|(name, _)| name).collect()
}
