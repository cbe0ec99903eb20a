//! What a producer or a consumer is written in.

/// Rust under our library, or Python under Datadog's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
}

/// What Datadog's tracer for Python is told; else it looks for more than an agent.
pub(crate) const PYTHON: [(&str, &str); 6] = [
    ("AWS_ACCESS_KEY_ID", "id"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false"),
    ("DD_REMOTE_CONFIGURATION_ENABLED", "false"),
    ("DD_TRACE_STARTUP_LOGS", "false"),
];
