//! An agent on a loopback socket. A test says what it does with each request.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;

use crate::config::AgentAddress;
use crate::export::tests::payload::{self, Sent};

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"rate_by_service\":{}}\n";

/// What the agent does next on a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Answer(String),
    /// Pieces that arrive one by one.
    Pieces(Vec<String>),
    AnswerAfter(Duration, String),
    /// Reads the request and closes the connection after these bytes, perhaps none.
    AnswerAndClose(String),
    /// Reads the request and never answers.
    Hang,
    /// Closes the connection without waiting for a request.
    Close,
    /// Answers once the agent has received this many requests altogether.
    AnswerWhenReceived(usize, String),
    /// Answers when the test [says so](TestAgent::answer).
    AnswerWhenTold(String),
    /// Closes the connection after the request, without an answer, when the test [says so](TestAgent::answer).
    CloseWhenTold,
    /// Keeps the connection open and reads nothing.
    Ignore,
}

#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) connection: usize,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn chunks(&self) -> Vec<Vec<Sent>> {
        payload::body(&self.body)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What has happened so far.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) connections: usize,
    pub(crate) requests: usize,
    pub(crate) closed: usize,
}

type Script = Arc<dyn Fn(usize, usize) -> Step + Send + Sync>;

pub(crate) struct TestAgent {
    pub(crate) address: AgentAddress,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    counts: watch::Sender<Counts>,
    told: watch::Sender<bool>,
    received: Mutex<Vec<Received>>,
}

/// How long a test waits for what it expects.
const LIMIT: Duration = Duration::from_secs(20);

impl TestAgent {
    /// `script` says what happens to a request, given the number of its connection and its own number
    /// on that connection, both counted from 0.
    pub(crate) async fn tcp(script: impl Fn(usize, usize) -> Step + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = AgentAddress::Tcp {
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
        };
        let agent = Self::new(address, script);
        let shared = Arc::clone(&agent.shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                socket.set_nodelay(true).unwrap();
                shared.accept(socket);
            }
        });
        agent
    }

    pub(crate) fn unix(
        path: PathBuf,
        script: impl Fn(usize, usize) -> Step + Send + Sync + 'static,
    ) -> Self {
        let listener = UnixListener::bind(&path).unwrap();
        let agent = Self::new(AgentAddress::Unix(path), script);
        let shared = Arc::clone(&agent.shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                shared.accept(socket);
            }
        });
        agent
    }

    fn new(
        address: AgentAddress,
        script: impl Fn(usize, usize) -> Step + Send + Sync + 'static,
    ) -> Self {
        Self {
            address,
            shared: Arc::new(Shared {
                script: Arc::new(script),
                counts: watch::Sender::default(),
                told: watch::Sender::default(),
                received: Mutex::default(),
            }),
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.shared.counts.borrow()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// The resources of all received spans, in order.
    pub(crate) fn resources(&self) -> Vec<String> {
        self.received()
            .iter()
            .flat_map(Received::chunks)
            .flatten()
            .map(|span| span.resource)
            .collect()
    }

    pub(crate) async fn until(&self, condition: impl FnMut(&Counts) -> bool) {
        self.shared.until(condition).await;
    }

    /// Sends the answers that wait for the test.
    pub(crate) fn answer(&self) {
        self.shared.told.send_replace(true);
    }
}

impl Shared {
    fn accept(self: &Arc<Self>, socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let connection = self.counts.borrow().connections;
        self.counts.send_modify(|counts| counts.connections += 1);
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            shared.serve(connection, socket).await;
            shared.counts.send_modify(|counts| counts.closed += 1);
        });
    }

    async fn serve(&self, connection: usize, mut socket: impl AsyncRead + AsyncWrite + Unpin) {
        let mut buffer = Vec::new();
        for request in 0.. {
            let step = (self.script)(connection, request);
            match step {
                Step::Close => return,
                Step::Ignore => std::future::pending().await,
                _ => {}
            }
            let Some(received) = read_request(connection, &mut socket, &mut buffer).await else {
                return;
            };
            self.received.lock().unwrap().push(received);
            self.counts.send_modify(|counts| counts.requests += 1);
            match step {
                Step::Answer(answer) => write(&mut socket, &answer).await,
                Step::Pieces(pieces) => {
                    for piece in pieces {
                        write(&mut socket, &piece).await;
                        // Lets the client read before the next piece.
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                }
                Step::AnswerAfter(pause, answer) => {
                    tokio::time::sleep(pause).await;
                    write(&mut socket, &answer).await;
                }
                Step::AnswerAndClose(answer) => {
                    write(&mut socket, &answer).await;
                    return;
                }
                Step::Hang | Step::Ignore => std::future::pending().await,
                Step::Close => return,
                Step::CloseWhenTold => return self.told().await,
                Step::AnswerWhenTold(answer) => {
                    self.told().await;
                    write(&mut socket, &answer).await;
                }
                Step::AnswerWhenReceived(requests, answer) => {
                    self.until(|counts| counts.requests >= requests).await;
                    write(&mut socket, &answer).await;
                }
            }
        }
    }

    async fn told(&self) {
        let mut told = self.told.subscribe();
        told.wait_for(|told| *told).await.unwrap();
    }

    async fn until(&self, condition: impl FnMut(&Counts) -> bool) {
        let mut counts = self.counts.subscribe();
        let waited = tokio::time::timeout(LIMIT, counts.wait_for(condition)).await;
        waited.expect("the condition is never met").unwrap();
    }
}

/// A client that is gone isn't a failure of the agent.
async fn write(socket: &mut (impl AsyncWrite + Unpin), answer: &str) {
    let _ = socket.write_all(answer.as_bytes()).await;
}

async fn read_request(
    connection: usize,
    socket: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> Option<Received> {
    loop {
        if let Some(head_len) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..head_len].to_vec()).unwrap();
            let mut received = Received {
                connection,
                head,
                body: Vec::new(),
            };
            let length: usize = received.header("content-length")?.parse().unwrap();
            let end = head_len + 4 + length;
            if buffer.len() >= end {
                received.body = buffer[head_len + 4..end].to_vec();
                buffer.drain(..end);
                return Some(received);
            }
        }
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// A path for a socket, of this test alone.
pub(crate) struct SocketPath(pub(crate) PathBuf);

impl SocketPath {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "dd-export-{}-{}.sock",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for SocketPath {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Moves the clock forward. No socket is in use meanwhile.
pub(crate) async fn wait(pause: Duration) {
    tokio::time::pause();
    tokio::time::advance(pause).await;
    tokio::time::resume();
}

/// An address at which nobody listens.
pub(crate) async fn refusing() -> AgentAddress {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    AgentAddress::Tcp {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
    }
}
