//! An agent that shows its traces, in the terminal and in a browser.
//!
//! It takes what the tracers of any language send, and never refuses a span for its encoding, unlike
//! [`Agent`](crate::Agent), which is for tests.

mod api;
mod decode;
mod page;
mod span;
mod store;

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use self::store::Store;
use crate::server::Server;
use crate::trace::Trace;
use crate::watched::Watched;

/// A trace is drawn once nothing has been added to it for this long.
const QUIET: Duration = Duration::from_millis(400);

/// An agent on 127.0.0.1 that keeps the latest traces and serves a page that shows them.
#[derive(Debug)]
pub struct Watch {
    server: Server,
    store: Arc<Watched<Store>>,
}

impl Watch {
    /// Starts it on a port of 127.0.0.1 (0 for any free one). It keeps the latest `traces`.
    pub async fn start(port: u16, traces: NonZeroUsize) -> io::Result<Self> {
        let store = Arc::new(Watched::new(Store::new(traces)));
        let server = Server::start_on(port, api::router(Arc::clone(&store))).await?;
        Ok(Self { server, store })
    }

    /// The URL of the page, and the value for `DD_TRACE_AGENT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The traces that it keeps; the one that changed last is at the end.
    #[must_use]
    pub fn traces(&self) -> Vec<Trace> {
        self.store.read(Store::traces)
    }

    /// Waits for spans, and then until no more have come for a moment. Returns the traces that have changed
    /// since the last call; none where a request was refused, see [`problems`](Self::problems).
    pub async fn changed(&self) -> Vec<Trace> {
        let mut seen = self
            .store
            .until(|store| store.has_news().then_some(store.revision()))
            .await;
        loop {
            let more = self.store.until(|store| {
                let revision = store.revision();
                (revision != seen).then_some(revision)
            });
            match tokio::time::timeout(QUIET, more).await {
                Ok(revision) => seen = revision,
                Err(_) => return self.store.update(Store::take_undrawn),
            }
        }
    }

    /// Why requests with spans were refused since the last call, the first ten of them.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.store.update(Store::take_problems)
    }

    /// Stops it; its port is closed when this returns.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}
