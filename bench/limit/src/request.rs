//! A request to the agent: its head is ready, up to the digits of the length.

use crate::msgpack::Out;

/// The digits of the length: enough for ten megabytes.
const DIGITS: usize = 7;

pub struct Head(String);

impl Head {
    pub fn new(agent: &str) -> Self {
        Self(format!(
            "POST /v0.4/traces HTTP/1.1\r\n\
             Host: {agent}\r\n\
             Content-Type: application/msgpack\r\n\
             Datadog-Meta-Lang: rust\r\n\
             Datadog-Meta-Lang-Version: 1.88\r\n\
             Datadog-Meta-Lang-Interpreter: rustc\r\n\
             Datadog-Meta-Tracer-Version: 0.1.0\r\n\
             X-Datadog-Trace-Count: 1\r\n\
             Content-Length: {:0DIGITS$}\r\n\r\n",
            0
        ))
    }

    pub fn begin(&self, out: &mut Out) {
        out.bytes.clear();
        out.bytes.extend_from_slice(self.0.as_bytes());
    }

    /// Fills in the length of the body.
    pub fn end(&self, out: &mut Out) {
        let mut length = out.bytes.len() - self.0.len();
        let end = self.0.len() - "\r\n\r\n".len();
        for digit in out.bytes[end - DIGITS..end].iter_mut().rev() {
            *digit = b'0' + (length % 10) as u8;
            length /= 10;
        }
    }
}
