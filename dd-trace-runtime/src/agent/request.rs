//! One request to the agent.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::config::AgentAddress;

/// What is in a request besides the head that all requests to its path share.
#[derive(Debug)]
pub(crate) struct Request<'a, P> {
    /// Headers with numbers, besides the length.
    pub(crate) counts: &'a [(&'static str, usize)],
    /// The body begins with this, and goes on with the parts.
    pub(crate) start: &'a [u8],
    pub(crate) parts: &'a [P],
}

/// The request line of `path`, and the headers that every request has.
///
/// `Datadog-Client-Computed-Stats` and `-Top-Level` are not among them: nothing here computes them, and with these
/// headers the extension wouldn't either.
pub(super) fn head(path: &str, headers: &str, address: &AgentAddress) -> String {
    format!(
        "POST {path} HTTP/1.1\r\n\
         Host: {host}\r\n\
         Content-Type: application/msgpack\r\n\
         Datadog-Meta-Lang: rust\r\n\
         Datadog-Meta-Lang-Version: {rust}\r\n\
         Datadog-Meta-Lang-Interpreter: rustc\r\n\
         Datadog-Meta-Tracer-Version: {version}\r\n\
         {headers}",
        host = address.authority(),
        // Only build scripts know the compiler's version. This is the oldest that compiles the library.
        rust = env!("CARGO_PKG_RUST_VERSION"),
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// How many bytes are written at once. An ordinary request is smaller, so it takes one system call.
const WRITE: usize = 64 * 1024;

impl<P: AsRef<[u8]>> Request<'_, P> {
    /// Writes the request through the buffer `pending`, whose memory is reused.
    pub(super) async fn write_to(
        &self,
        head: &str,
        socket: &mut (impl AsyncWrite + Unpin),
        pending: &mut Vec<u8>,
    ) -> io::Result<()> {
        pending.clear();
        pending.extend_from_slice(head.as_bytes());
        self.write_counts(pending);
        pending.extend_from_slice(self.start);
        for part in self.parts {
            let part = part.as_ref();
            if !pending.is_empty() && pending.len() + part.len() > WRITE {
                socket.write_all(pending).await?;
                pending.clear();
            }
            if part.len() > WRITE {
                socket.write_all(part).await?;
            } else {
                pending.extend_from_slice(part);
            }
        }
        socket.write_all(pending).await
    }

    /// The end of the head.
    fn write_counts(&self, pending: &mut Vec<u8>) {
        let parts = self.parts.iter().map(|part| part.as_ref().len());
        let length = self.start.len() + parts.sum::<usize>();
        let mut digits = itoa::Buffer::new();
        for (name, number) in self.counts.iter().chain(&[("Content-Length", length)]) {
            pending.extend_from_slice(name.as_bytes());
            pending.extend_from_slice(b": ");
            pending.extend_from_slice(digits.format(*number).as_bytes());
            pending.extend_from_slice(b"\r\n");
        }
        pending.extend_from_slice(b"\r\n");
    }
}
