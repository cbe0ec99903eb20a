//! Counts the spans that arrived.

use std::collections::HashMap;
use std::fmt;

use emulator::{AgentRequest, Span};

/// The trace of the first invocation; the others follow.
pub const FIRST_TRACE: u64 = 1_000_000;

#[derive(Debug, Default)]
pub struct Tally {
    pub made: u64,
    /// How often each span arrived, by its id.
    arrived: HashMap<u64, u32>,
    /// Spans in the trace of another invocation, and responses to another one.
    pub mixed: u64,
    /// Sends that the agent didn't take, or answered late.
    pub failed: u64,
}

impl Tally {
    pub fn add(&mut self, requests: &[AgentRequest]) {
        for request in requests.iter().filter(|request| request.taken) {
            for span in request.traces.iter().flatten().flatten() {
                *self.arrived.entry(span.span_id).or_default() += 1;
                self.mixed += u64::from(is_mixed(span));
            }
        }
        let failed = requests.iter().filter(|request| !request.taken);
        self.failed += failed.count() as u64;
    }

    pub fn arrived(&self) -> u64 {
        self.arrived.len() as u64
    }

    pub fn twice(&self) -> u64 {
        self.arrived.values().filter(|times| **times > 1).count() as u64
    }

    pub fn lost(&self) -> u64 {
        self.made.saturating_sub(self.arrived())
    }

    pub fn is_perfect(&self) -> bool {
        self.lost() == 0 && self.twice() == 0 && self.mixed == 0 && self.arrived() == self.made
    }
}

/// A span with an `id` must be in the trace of that invocation.
fn is_mixed(span: &Span) -> bool {
    let id = span.meta.get("id").and_then(|id| id.parse::<u64>().ok());
    id.is_some_and(|id| span.trace_id != FIRST_TRACE + id)
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "made {}, arrived {}, twice {}, lost {}, mixed {}",
            self.made,
            self.arrived(),
            self.twice(),
            self.lost(),
            self.mixed
        )
    }
}
