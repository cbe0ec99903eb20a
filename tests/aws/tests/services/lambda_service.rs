//! A stand-in for Lambda with one function, which hands on the client context as Lambda does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use emulator::{Function, Invocation, Outcome, RuntimeApi};
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::agent::TestAgent;
use crate::peer::{command, within_limit};
use crate::stage::CONSUMER;

/// The function under test, as a process, and the endpoint that `Invoke` calls.
#[derive(Debug)]
pub(crate) struct LambdaService {
    address: SocketAddr,
    runtime_api: Arc<RuntimeApi>,
    server: JoinHandle<()>,
    /// Ends with this value.
    _function: Child,
}

impl LambdaService {
    pub(crate) async fn start(agent: &TestAgent) -> Self {
        let runtime_api = RuntimeApi::start(Function::new(CONSUMER)).await.unwrap();
        let runtime_api = Arc::new(runtime_api);
        let mut function = Command::from(command(env!("CARGO_BIN_EXE_consumer")));
        function
            .envs(runtime_api.environment())
            .env("DD_SERVICE", CONSUMER)
            .env("DD_TRACE_AGENT_URL", agent.url())
            .env("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10")
            .kill_on_drop(true);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .fallback(invoke)
            .with_state(Arc::clone(&runtime_api));
        Self {
            address,
            runtime_api,
            server: tokio::spawn(async { axum::serve(listener, router).await.unwrap() }),
            _function: function.spawn().unwrap(),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the function asks for its next event: then its spans have been sent.
    pub(crate) async fn idle(&self) {
        within_limit("the function", self.runtime_api.idle()).await;
    }
}

impl Drop for LambdaService {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn invoke(
    State(runtime_api): State<Arc<RuntimeApi>>,
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
    match runtime_api.invoke(invocation).await {
        Outcome::Response(body) => body.into_response(),
        other => (StatusCode::INTERNAL_SERVER_ERROR, format!("{other:?}")).into_response(),
    }
}
