//! What is refused at compile time, and what is not.

use std::process::Command;

/// The rustc whose messages are on file; another one words and draws its own differently.
const BLESSED: &str = "rustc 1.95.";

/// `TRYBUILD=overwrite` blesses the messages; do so on the rustc that CONTRIBUTING names.
#[test]
fn a_mistake_is_one_error_under_the_user_s_own_token() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .unwrap()
        .stdout;
    let version = String::from_utf8_lossy(&version);
    if version.starts_with(BLESSED) {
        cases.compile_fail("tests/ui/fail/*.rs");
    } else {
        println!("messages are compared on {BLESSED}x alone, not on {version}");
    }
}
