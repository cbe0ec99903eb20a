//! SIGTERM: the spans that wait are sent, and the process ends as it would have.

use std::convert::Infallible;
use std::io;
use std::os::unix::net::UnixStream as Socket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::SIGTERM;
use signal_hook::flag::register_conditional_default;
use signal_hook::low_level::{emulate_default_handler, pipe};
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::task::AbortHandle;

use crate::log;
use crate::spawn::spawn_boxed;
use crate::telemetry::Telemetry;
use crate::telemetry::process_stat::ProcessStat;

/// Lambda kills the process about 300 ms after the signal, if an extension is beside it.
const WITHIN: Duration = Duration::from_millis(250);

/// Waits for the signal until it is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Watch(AbortHandle);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends the spans that wait as soon as the signal comes, and then lets the signal have its usual effect.
///
/// The task starts after those that were spawned before it, so that it sees the handlers they install.
pub(crate) fn watch(telemetry: Telemetry) -> Watch {
    let task = spawn_boxed(Box::pin(async move {
        let Err(error) = handle(&telemetry).await;
        log::warn!("spans that wait will not be sent at SIGTERM: {error}");
    }));
    Watch(task.abort_handle())
}

async fn handle(telemetry: &Telemetry) -> io::Result<Infallible> {
    // Only Linux has it.
    let stat = ProcessStat::read();
    let default = ends_process(stat);
    let default = default.then(Default::register).transpose()?;
    telemetry.note_start(stat);
    let (reader, writer) = Socket::pair()?;
    reader.set_nonblocking(true)?;
    let mut reader = UnixStream::from_std(reader)?;
    pipe::register(SIGTERM, writer)?;
    loop {
        reader.read_u8().await?;
        if let Some(default) = &default {
            // A second signal means that the sender doesn't want to wait.
            default.applies();
        }
        telemetry.flush_within(WITHIN).await;
        if default.is_some() {
            emulate_default_handler(SIGTERM)?;
        }
    }
}

/// The default action of the signal, which ends the process; ours replaces it until this is dropped.
struct Default(Arc<AtomicBool>);

impl Default {
    fn register() -> io::Result<Self> {
        let applies = Arc::new(AtomicBool::new(false));
        register_conditional_default(SIGTERM, Arc::clone(&applies))?;
        Ok(Self(applies))
    }

    fn applies(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Drop for Default {
    fn drop(&mut self) {
        self.applies();
    }
}

/// Whether the signal would end the process now. It doesn't if a handler is installed or the signal is ignored, and the
/// kernel keeps it from the first process of a container.
fn ends_process(stat: Option<ProcessStat>) -> bool {
    std::process::id() != 1 && stat.is_none_or(|stat| stat.has_default(SIGTERM))
}
