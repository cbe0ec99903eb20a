//! Runs the four functions on this machine and shows their trace.

use std::process::ExitCode;

fn main() -> ExitCode {
    examples::pipeline::main(std::env::args_os().skip(1))
}
