//! Datadog's own tracer behind `Telemetry::with_tracer_provider`; see `tests/`. The programs don't share names with
//! those of the main workspace's tests, whose build directory may be shared.
