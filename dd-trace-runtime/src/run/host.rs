//! A process that isn't a Lambda function: when its spans are sent, and how it ends.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::log;
use crate::telemetry::Telemetry;
use crate::tracer::provider::Source;

/// Spans, and counts of Data Streams Monitoring, that were not sent before a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// `None` if the user's own provider has them.
    spans: Option<usize>,
    /// How many pathways have counts that were not sent.
    pathways: usize,
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans = self.spans.filter(|spans| *spans > 0);
        let unsent = [
            spans.map(|spans| log::count(spans, "span")),
            (self.pathways > 0)
                .then(|| format!("the counts of {}", log::count(self.pathways, "pathway"))),
        ];
        let unsent: Vec<_> = unsent.into_iter().flatten().collect();
        let unsent = unsent.join(" and ");
        match (self.spans, unsent.as_str()) {
            (None, "") => write!(f, "the tracer provider did not flush in time"),
            (None, counts) => write!(
                f,
                "the tracer provider did not flush, and {counts} were not sent in time"
            ),
            (Some(_), unsent) => write!(f, "{unsent} not sent in time"),
        }?;
        write!(f, "; run an agent, or allow more time")
    }
}

impl Error for Unsent {}

/// Sends spans in the background until it is dropped. Spans that are being sent then aren't lost: they wait for the
/// next send, although they may have reached the agent already.
#[derive(Debug)]
#[must_use = "spans are sent until it is dropped"]
pub struct SendEvery(Option<AbortHandle>);

impl Drop for SendEvery {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl Telemetry {
    /// Sends the spans that have ended every `period`, and sooner if many wait, in a task of the current tokio
    /// runtime: for a host that runs for long.
    ///
    /// A trace is sent when its first span in the process has ended, or when 300 of its spans wait. Between two sends
    /// 8 MiB of encoded spans are kept. Outside of a tokio runtime nothing is sent, and a log line
    /// says so.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use std::time::Duration;
    ///
    /// let telemetry = dd_trace_runtime::init();
    /// let sending = telemetry.send_every(Duration::from_secs(1));
    /// // the work of the process
    /// drop(sending);
    /// if let Err(unsent) = telemetry.shutdown(Duration::from_secs(5)).await {
    ///     eprintln!("{unsent}");
    /// }
    /// # }
    /// ```
    pub fn send_every(&self, period: Duration) -> SendEvery {
        let telemetry = self.clone();
        let sending = async move {
            loop {
                telemetry.until_due(period).await;
                telemetry.send_within(Duration::MAX).await;
            }
        };
        match Handle::try_current() {
            Ok(runtime) => SendEvery(Some(runtime.spawn(sending).abort_handle())),
            Err(error) => {
                log::warn!("spans are not sent: {error}; call `send_every` in a tokio runtime");
                SendEvery(None)
            }
        }
    }

    async fn until_due(&self, period: Duration) {
        match self.source() {
            // Whichever comes first.
            Source::Own(own) => drop(timeout(period, own.exporter.filling()).await),
            Source::User(_) => tokio::time::sleep(period).await,
        }
    }

    /// Sends every span that has ended, in as many requests as that takes, before the process ends. Takes at most
    /// `limit`.
    ///
    /// An agent that is away or doesn't answer is tried again until then. `Ok` means that no span waits any more. Spans
    /// that the agent refused, or for which there was no room, don't wait, and have been logged. The same goes for what
    /// [Data Streams Monitoring](crate::guide::data_streams) has counted, in what the spans leave of `limit`.
    ///
    /// Only spans that have ended are sent: end those that are open, and wait for tasks that hold some. A signal ends
    /// the process without this call, unless the process waits for the signal and makes it.
    ///
    /// # Errors
    /// If spans or counts still wait after `limit`; the error says how many.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use std::time::Duration;
    ///
    /// let telemetry = dd_trace_runtime::init();
    /// if let Err(unsent) = telemetry.shutdown(Duration::from_secs(5)).await {
    ///     eprintln!("{unsent}");
    /// }
    /// # }
    /// ```
    pub async fn shutdown(&self, limit: Duration) -> Result<(), Unsent> {
        if !self.sends() {
            return Ok(());
        }
        #[cfg(feature = "dsm")]
        let started = std::time::Instant::now();
        let spans = match self.source() {
            Source::Own(own) => Some(own.exporter.drain(limit).await),
            Source::User(user) => user.flush_last(limit).await.then_some(0),
        };
        #[cfg(feature = "dsm")]
        let pathways = self
            .drain_data_streams(limit.saturating_sub(started.elapsed()))
            .await;
        #[cfg(not(feature = "dsm"))]
        let pathways = 0;
        match (spans, pathways) {
            (Some(0), 0) => Ok(()),
            _ => Err(Unsent { spans, pathways }),
        }
    }
}
