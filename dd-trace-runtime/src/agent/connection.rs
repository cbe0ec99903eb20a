//! One connection to the agent: a request written, its answer read.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime;

use super::answer::{self, Answer, End, MAX_ANSWER};
use super::failure::Failure;
use super::request::Request;
use crate::config::AgentAddress;

trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Socket for S {}

pub(crate) struct Connection {
    socket: Box<dyn Socket>,
    /// The socket wakes tasks only while this runtime runs.
    runtime: runtime::Id,
    /// The request and, once that is written, the answer.
    buffer: Vec<u8>,
    /// Whether it carried a request before: the agent may have closed it meanwhile.
    is_kept: bool,
}

/// Much more than an ordinary answer takes. A longer one is read in several steps.
const READ: usize = 1024;
/// How much memory a buffer keeps after an unusually long request or answer.
const MAX_KEPT: usize = 8 * 1024;

impl Connection {
    pub(super) async fn open(address: &AgentAddress) -> Result<Self, Failure> {
        // A socket cannot be made outside a runtime; asking first turns a panic into a log line.
        let runtime = runtime::Handle::try_current()
            .map_err(|_| Failure::NoRuntime)?
            .id();
        let socket = connect(address).await.map_err(Failure::Connect)?;
        Ok(Self {
            socket,
            runtime,
            buffer: Vec::new(),
            is_kept: false,
        })
    }

    /// Whether the connection was made in the runtime that asks.
    pub(crate) fn is_at_home(&self) -> bool {
        runtime::Handle::try_current().is_ok_and(|runtime| runtime.id() == self.runtime)
    }

    /// Whether it carried another request before.
    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// The connection for another request.
    pub(super) fn kept(self) -> Self {
        Self {
            is_kept: true,
            ..self
        }
    }

    /// Writes a request to its end.
    pub(super) async fn write<P: AsRef<[u8]>>(
        &mut self,
        head: &str,
        request: &Request<'_, P>,
    ) -> Result<(), Failure> {
        let (socket, buffer) = (&mut self.socket, &mut self.buffer);
        let written = request.write_to(head, socket, buffer).await;
        self.buffer.clear();
        written.map_err(Failure::Lost)
    }

    /// Reads the answer to the request. If the future is dropped, the next call continues where it stopped.
    pub(crate) async fn answer(&mut self) -> Result<Answer, Failure> {
        loop {
            let end = self.read().await?;
            let answer = answer::parse(&self.buffer, end).map_err(Failure::Malformed)?;
            if let Some(answer) = answer {
                self.buffer.shrink_to(MAX_KEPT);
                return Ok(answer);
            }
        }
    }

    async fn read(&mut self) -> Result<End, Failure> {
        self.buffer.reserve(READ);
        let read = self.socket.read_buf(&mut self.buffer).await;
        let is_first = self.buffer.is_empty();
        match read {
            Ok(0) if is_first => Err(Failure::Lost(io::ErrorKind::UnexpectedEof.into())),
            Ok(0) => Ok(End::Closed),
            Ok(_) if self.buffer.len() >= MAX_ANSWER => Ok(End::Full),
            Ok(_) => Ok(End::Open),
            Err(error) if is_first => Err(Failure::Lost(error)),
            Err(error) => Err(Failure::Broken(error)),
        }
    }
}

async fn connect(address: &AgentAddress) -> io::Result<Box<dyn Socket>> {
    match address {
        AgentAddress::Tcp { host, port } => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            // A request of several writes must not wait for the acknowledgement of the first.
            stream.set_nodelay(true)?;
            Ok(Box::new(stream))
        }
        #[cfg(unix)]
        AgentAddress::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path).await?;
            Ok(Box::new(stream))
        }
        #[cfg(not(unix))]
        AgentAddress::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}
