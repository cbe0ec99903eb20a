//! A server in place of AWS, which keeps the requests and gives prepared answers.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The server's answers, in this order; the last one is repeated. Without any, it never answers.
pub(crate) type Answers = Vec<(u16, &'static str)>;

#[derive(Debug)]
pub(crate) struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    answers: Mutex<Answers>,
    requests: Mutex<Vec<Request>>,
    arrived: Notify,
}

impl Wire {
    pub(crate) async fn answering(body: &'static str) -> Self {
        Self::start(vec![(200, body)]).await
    }

    pub(crate) async fn start(answers: Answers) -> Self {
        let shared = Arc::new(Shared {
            answers: Mutex::new(answers),
            requests: Mutex::default(),
            arrived: Notify::new(),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(take).with_state(shared.clone());
        let server = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            shared,
            server,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The only request.
    pub(crate) fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }

    /// Stops the server.
    pub(crate) async fn shut_down(mut self) {
        self.server.abort();
        // The task was aborted, so this is an error.
        let _ = (&mut self.server).await;
    }

    /// Waits for the next request.
    pub(crate) fn arrived(&self) -> impl Future<Output = ()> + Send + use<> {
        let shared = self.shared.clone();
        async move { shared.arrived.notified().await }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    shared
        .requests
        .lock()
        .unwrap()
        .push(Request { headers, body });
    shared.arrived.notify_one();
    let answer = {
        let mut answers = shared.answers.lock().unwrap();
        match answers.len() {
            0 => None,
            1 => answers.first().copied(),
            _ => Some(answers.remove(0)),
        }
    };
    let Some((status, body)) = answer else {
        return std::future::pending().await;
    };
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("x-amzn-requestid", "request-1")], body).into_response()
}
