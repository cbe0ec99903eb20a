//! Datadog's own tracer behind `Telemetry::with_tracer_provider`; see `tests/`.
