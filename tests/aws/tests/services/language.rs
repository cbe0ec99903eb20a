//! The language of a producer or a consumer.

/// Rust under our library, or Python under Datadog's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
}

/// Settings for Datadog's tracer for Python. Without them it looks for more than an agent.
pub(crate) const PYTHON: [(&str, &str); 6] = [
    ("AWS_ACCESS_KEY_ID", "id"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false"),
    ("DD_REMOTE_CONFIGURATION_ENABLED", "false"),
    ("DD_TRACE_STARTUP_LOGS", "false"),
];
