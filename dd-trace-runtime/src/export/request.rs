//! One request to `/v0.4/traces`.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::queue::Chunk;
use crate::config::AgentAddress;
use crate::msgpack::Msgpack;

/// What every request's head says, up to its numbers.
#[derive(Debug)]
pub(super) struct Head(String);

impl Head {
    /// Not among the headers: `Datadog-Client-Computed-Stats` and `-Top-Level`, as nothing here
    /// computes them, and with them the extension wouldn't either.
    pub(super) fn new(address: &AgentAddress) -> Self {
        Self(head("/v0.4/traces", address))
    }
}

/// The headers of a request to `path` that are the same for each.
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
        // Which compiler was used is known to build scripts only; this one is what it took.
        rust = env!("CARGO_PKG_RUST_VERSION"),
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Host and port as a URL has them, an IPv6 address in brackets.
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

/// What is written at once. An ordinary request is smaller, and so takes one system call.
const WRITE: usize = 64 * 1024;

impl Request<'_> {
    /// Writes the request by way of `pending`, whose memory is used again.
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
        let mut array = Msgpack::with_capacity(5);
        array.array(count);
        let array = array.into_bytes();
        let bytes: usize = self.chunks.iter().map(|chunk| chunk.bytes.len()).sum();
        let length = array.len() + bytes;
        for part in [
            head,
            "X-Datadog-Trace-Count: ",
            &count.to_string(),
            "\r\nContent-Length: ",
            &length.to_string(),
            "\r\n\r\n",
        ] {
            pending.extend_from_slice(part.as_bytes());
        }
        pending.extend_from_slice(&array);
    }
}
