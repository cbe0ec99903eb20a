//! A stand-in for Lambda with one function, which passes the client context on as Lambda does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use emulator::{Function, Invocation, Outcome};
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinHandle;

use crate::stage::CONSUMER;
use tests_support::{FunctionProcess, TestAgent};

/// The function under test, as a process, and the endpoint that `Invoke` calls.
#[derive(Debug)]
pub(crate) struct LambdaService {
    address: SocketAddr,
    function: Arc<FunctionProcess>,
    server: JoinHandle<()>,
}

impl LambdaService {
    pub(crate) async fn start(agent: &TestAgent) -> Self {
        let tell = |command: &mut Command| {
            command
                .env("DD_SERVICE", CONSUMER)
                .env("DD_TRACE_AGENT_URL", agent.url())
                .env("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10");
        };
        let program = env!("CARGO_BIN_EXE_consumer");
        let function = FunctionProcess::start(Function::new(CONSUMER), program, tell).await;
        let function = Arc::new(function);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .fallback(invoke)
            .with_state(Arc::clone(&function));
        Self {
            address,
            function,
            server: tokio::spawn(async { axum::serve(listener, router).await.unwrap() }),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the function asks for its next event. By then its spans have been sent.
    pub(crate) async fn idle(&self) {
        self.function.idle().await;
    }
}

impl Drop for LambdaService {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn invoke(
    State(function): State<Arc<FunctionProcess>>,
    headers: HeaderMap,
    payload: Bytes,
) -> Response {
    let client_context = headers.get("x-amz-client-context").map(|header| {
        let decoded = STANDARD.decode(header.as_bytes()).unwrap();
        String::from_utf8(decoded).unwrap()
    });
    let invocation = Invocation {
        client_context,
        ..Invocation::new(payload)
    };
    match function.api.invoke(invocation).await {
        Outcome::Response(body) => body.into_response(),
        other => (StatusCode::INTERNAL_SERVER_ERROR, format!("{other:?}")).into_response(),
    }
}
