//! Empty: a package of its own, so that only this test builds the crates of all these formats.
