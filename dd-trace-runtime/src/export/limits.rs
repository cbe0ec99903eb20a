//! The bounds on the way to the agent: of texts, of spans that wait and of requests.

use std::time::Duration;

pub(super) use crate::conventions::VALUE_LIMIT;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

// Texts, in bytes. The agent cuts longer ones, so they would travel in vain (`pkg/trace/agent/truncator.go`).
pub(super) const NAME_LIMIT: usize = 100;
pub(super) const RESOURCE_LIMIT: usize = 5_000;
pub(super) const KEY_LIMIT: usize = 200;

/// How many bytes the finished spans of one trace may take before they are encoded. Their number has a bound of its
/// own, the setting `DD_TRACE_PARTIAL_FLUSH_MIN_SPANS`.
pub(super) const FINISHED_BYTES: usize = MIB;
/// How many bytes the finished spans of all open traces may take. Beyond it they don't wait for their local root.
pub(super) const OPEN_BYTES: usize = 4 * MIB;
/// How many encoded bytes may wait for the agent. Beyond it the oldest are dropped. The agent refuses bodies over 50
/// MiB.
pub(super) const WAITING_BYTES: usize = 8 * MIB;
/// How many of these bytes start a send while an invocation is still running.
pub(super) const FILLING_BYTES: usize = MIB;
/// How many of these bytes make the thread that makes the spans wait for a send: no other thread seems to get its turn.
pub(super) const PRESSING_BYTES: usize = WAITING_BYTES / 2;
/// A backlog goes in several requests, so that each send that runs out of time still made progress.
pub(super) const REQUEST_BYTES: usize = MIB;

/// A send may take `DD_TRACE_AGENT_TIMEOUT_SECONDS` for each of these bytes that wait.
pub(super) const SEND_BYTES: usize = 64 * KIB;
/// The longest that a send takes unless the setting allows more: as long as Datadog's libraries give an agent.
pub(super) const LONGEST_SEND: Duration = Duration::from_secs(2);
/// How late an answer may be before its request is sent again, counted from the end of the send that wrote it: as long
/// as Datadog's libraries give an agent.
pub(super) const LATE: Duration = Duration::from_secs(2);
/// How many bytes of requests with a late answer are kept, to be sent again. Beyond it the oldest are sent again.
pub(super) const LATE_BYTES: usize = 2 * MIB;
