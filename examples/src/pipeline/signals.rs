//! Signals that stop the pipeline.

use std::io;

use tokio::signal::unix::{self, SignalKind};

/// The two signals with which a terminal and a supervisor end a program.
pub(super) struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Signal(SignalKind);

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
        })
    }

    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal(SignalKind::interrupt()),
            _ = self.terminate.recv() => Signal(SignalKind::terminate()),
        }
    }
}

impl Signal {
    /// The status that shells report for a program that a signal ended: 130 for an interrupt.
    pub(super) fn exit_status(self) -> u8 {
        u8::try_from(128 + self.0.as_raw_value()).unwrap_or(u8::MAX)
    }
}
