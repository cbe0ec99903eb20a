//! What the injection into one call of the AWS SDK takes, beside a copy of the call's body and the budget:
//! five microseconds and that copy.
//!
//! `cargo bench -p dd-trace-runtime --all-features --bench aws_injection`. Injection is the difference between
//! two runs of the interceptor's hook, each of which also starts the call's span: over an input that carries
//! the headers, and over one of an operation that carries none.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark whose input is wrong has nothing to measure"
)]

mod active;
mod hook;
mod inputs;
mod measure;

fn main() {
    let _active = active::context().attach();
    println!("what                                        bytes  injection us  copy us  budget us");
    for case in inputs::cases() {
        let taken = measure::case(&case);
        let budget = 5.0 + taken.copy;
        let verdict = if taken.injection <= budget {
            "met"
        } else {
            "MISSED"
        };
        println!(
            "{:<40} {:>8}  {:>12.2}  {:>7.2}  {budget:>9.2}  {verdict}",
            case.name,
            case.body.len(),
            taken.injection,
            taken.copy,
        );
    }
}
