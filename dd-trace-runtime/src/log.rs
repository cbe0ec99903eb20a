//! Log lines, through whatever `tracing` subscriber the user has.
//!
//! `tracing`'s own macros leave the better part of a kilobyte wherever they stand: the call site's
//! metadata, and a record for the crate `log`. These leave the text, and one function a level hands it on.
//! The target is the crate, whichever file it is.

use std::fmt::Arguments;

#[cold]
#[inline(never)]
pub(crate) fn at_debug(line: Arguments<'_>) {
    tracing::debug!(target: "dd_trace_runtime", "{line}");
}

#[cold]
#[inline(never)]
pub(crate) fn at_info(line: Arguments<'_>) {
    tracing::info!(target: "dd_trace_runtime", "{line}");
}

#[cold]
#[inline(never)]
pub(crate) fn at_warn(line: Arguments<'_>) {
    tracing::warn!(target: "dd_trace_runtime", "{line}");
}

macro_rules! log_debug {
    ($($line:tt)*) => { $crate::log::at_debug(format_args!($($line)*)) };
}

macro_rules! log_info {
    ($($line:tt)*) => { $crate::log::at_info(format_args!($($line)*)) };
}

macro_rules! log_warn {
    ($($line:tt)*) => { $crate::log::at_warn(format_args!($($line)*)) };
}

// `warn` is also an attribute of rustc's, which a macro of that name would be ambiguous with.
pub(crate) use {log_debug as debug, log_info as info, log_warn as warn};
