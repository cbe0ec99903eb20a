//! The client of the samples.

use std::io::{self, Write};

/// Stands for whatever takes a payload and no headers: it "sends" to standard output.
#[derive(Debug, Clone, Copy)]
pub struct MyCustomClient;

impl MyCustomClient {
    /// Sends a payload, a line.
    pub async fn send_request(&self, payload: &str) -> io::Result<()> {
        writeln!(io::stdout(), "{payload}")
    }
}
