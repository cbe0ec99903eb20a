//! The macros of `dd-trace-runtime`. Depend on that crate; it re-exports both.
