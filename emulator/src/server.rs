//! An HTTP server on a loopback port, and its connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::{Extension, Router};
use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

/// A running server. Dropping it closes the port, and every connection soon after.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// The task ends when this is dropped or used.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> io::Result<Self> {
        Self::start_on(0, router).await
    }

    /// Starts on a known port; 0 is any free one.
    pub(crate) async fn start_on(port: u16, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, router, stopped));
        Ok(Self {
            address,
            stop,
            task,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops; the port and every connection are closed when this returns.
    pub(crate) async fn shutdown(self) {
        drop(self.stop);
        // The task fails only if it panicked or its runtime is ending, and then it is over, too.
        let _ = self.task.await;
    }
}

/// What a handler may do to the connection of its request. Each request has it as an extension.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    /// Counts from 0 in the order of acceptance.
    pub(crate) id: u64,
    cut: mpsc::UnboundedSender<Bytes>,
}

impl Connection {
    /// Closes the connection when the current answer is written, without announcing it to the client.
    pub(crate) fn close_after_answer(&self) {
        let _ = self.cut.send(Bytes::new());
    }

    /// Writes `bytes` instead of an answer and closes the connection; never returns.
    pub(crate) async fn cut(&self, bytes: Bytes) -> ! {
        let _ = self.cut.send(bytes);
        std::future::pending().await
    }
}

async fn accept(listener: TcpListener, router: Router, mut stop: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    for id in 0.. {
        let stream = tokio::select! {
            _ = &mut stop => break,
            stream = next_stream(&listener) => stream,
        };
        connections.spawn(serve(stream, router.clone(), id));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    connections.shutdown().await;
}

async fn next_stream(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // Most likely there are no file descriptors left. Some are free again once connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, router: Router, id: u64) {
    // Otherwise an answer waits for the acknowledgement of the previous one. Everything else works without it.
    let _ = stream.set_nodelay(true);
    let (cut, mut cuts) = mpsc::unbounded_channel();
    let router = router.layer(Extension(Connection { id, cut }));
    let mut connection = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let instead = tokio::select! {
        // The connection comes first: it writes the answer in the same turn in which the handler asks to close.
        biased;
        _ = &mut connection => return,
        Some(instead) = cuts.recv() => instead,
    };
    let mut stream = connection.into_parts().io.into_inner();
    // The client may already be gone, which is what was asked for.
    let _ = stream.write_all(&instead).await;
    let _ = stream.shutdown().await;
}
