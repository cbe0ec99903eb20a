//! One request to `/v0.4/traces`.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::queue::Chunk;
use crate::config::AgentAddress;
use crate::msgpack::{Msgpack, array_header};

/// The head of every request, up to its numbers.
#[derive(Debug)]
pub(super) struct Head(String);

impl Head {
    /// `Datadog-Client-Computed-Stats` and `-Top-Level` are not among the headers: nothing here computes them, and with
    /// these headers the extension wouldn't either.
    pub(super) fn new(address: &AgentAddress) -> Self {
        Self(head("/v0.4/traces", address))
    }
}

/// The request line of `path`, and the headers that every request has.
pub(super) fn head(path: &str, address: &AgentAddress) -> String {
    let host = match address {
        AgentAddress::Tcp { host, port } => authority(host, *port),
        AgentAddress::Unix(_) => "localhost".to_owned(),
    };
    format!(
        "POST {path} HTTP/1.1\r\n\
         Host: {host}\r\n\
         Content-Type: application/msgpack\r\n\
         Datadog-Meta-Lang: rust\r\n\
         Datadog-Meta-Lang-Version: {rust}\r\n\
         Datadog-Meta-Lang-Interpreter: rustc\r\n\
         Datadog-Meta-Tracer-Version: {version}\r\n",
        // Only build scripts know the compiler's version. This is the oldest that compiles the library.
        rust = env!("CARGO_PKG_RUST_VERSION"),
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Host and port as in a URL, with an IPv6 address in brackets.
pub(super) fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) head: &'a Head,
    pub(super) chunks: &'a [Chunk],
}

/// How many bytes are written at once. An ordinary request is smaller, so it takes one system call.
const WRITE: usize = 64 * 1024;

impl Request<'_> {
    /// Writes the request through the buffer `pending`, whose memory is reused.
    pub(super) async fn write_to(
        &self,
        socket: &mut (impl AsyncWrite + Unpin),
        pending: &mut Vec<u8>,
    ) -> io::Result<()> {
        pending.clear();
        self.write_head(pending);
        for chunk in self.chunks {
            if !pending.is_empty() && pending.len() + chunk.bytes.len() > WRITE {
                socket.write_all(pending).await?;
                pending.clear();
            }
            if chunk.bytes.len() > WRITE {
                socket.write_all(&chunk.bytes).await?;
            } else {
                pending.extend_from_slice(&chunk.bytes);
            }
        }
        socket.write_all(pending).await
    }

    /// The head, and the header of the array of chunks.
    fn write_head(&self, pending: &mut Vec<u8>) {
        let Head(head) = self.head;
        let count = self.chunks.len();
        let bytes: usize = self.chunks.iter().map(|chunk| chunk.bytes.len()).sum();
        let length = array_header(count) + bytes;
        pending.extend_from_slice(head.as_bytes());
        let mut digits = itoa::Buffer::new();
        for (name, number) in [
            ("X-Datadog-Trace-Count: ", count),
            ("\r\nContent-Length: ", length),
        ] {
            pending.extend_from_slice(name.as_bytes());
            pending.extend_from_slice(digits.format(number).as_bytes());
        }
        pending.extend_from_slice(b"\r\n\r\n");
        let mut out = Msgpack::into_buffer(std::mem::take(pending));
        out.array(count);
        *pending = out.into_bytes();
    }
}
