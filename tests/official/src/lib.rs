//! Datadog's own tracer behind `Telemetry::with_tracer_provider`; see `tests/`. No program is called as one of the other workspace's
//! tests, whose build directory may be shared.
