//! What the macros accept and refuse at compile time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

#[path = "ui/clippy.rs"]
mod clippy;
#[path = "ui/elsewhere.rs"]
mod elsewhere;

use std::process::Command;

/// The version of rustc whose messages are on file. Other versions word and draw them differently.
const BLESSED: &str = "rustc 1.95.";

/// `TRYBUILD=overwrite` blesses the messages; use the rustc that CONTRIBUTING names. With another rustc, or if
/// `UI_ELSEWHERE` is set, only the number and the places of the errors and our own words are compared.
#[test]
fn a_mistake_is_one_error_under_the_user_s_own_token() {
    let elsewhere =
        !rustc_version().starts_with(BLESSED) || std::env::var_os("UI_ELSEWHERE").is_some();
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    if elsewhere {
        elsewhere::compare("tests/ui/fail");
    } else {
        cases.compile_fail("tests/ui/fail/*.rs");
    }
}

#[test]
#[ignore = "needs clippy: rustup component add clippy"]
fn clippy_says_once_what_it_has_to_say_of_the_user_s_own_words() {
    clippy::compare("tests/ui/lints");
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8(version.stdout).unwrap()
}
