//! Embedded servers for the examples and tests.
