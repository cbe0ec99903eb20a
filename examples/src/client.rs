//! The client of the samples.

use std::io::{self, Write};

/// Stands for a client that takes payloads without headers: it "sends" to standard output.
#[derive(Debug, Clone, Copy)]
pub struct MyCustomClient;

impl MyCustomClient {
    /// Sends a payload as one line.
    pub async fn send_request(&self, payload: &str) -> io::Result<()> {
        writeln!(io::stdout(), "{payload}")
    }
}
