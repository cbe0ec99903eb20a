//! Nothing but a place for `tests/formats`, so that only that test builds the crates of all these formats.
