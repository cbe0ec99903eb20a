//! Three functions in one trace.
