//! Log lines, through whatever `tracing` subscriber the user has.
//!
//! Each use of `tracing`'s own macros takes the better part of a kilobyte: the call site's metadata, and a
//! record for the crate `log`. These leave only the text there, and one function for each level passes it on.
//! The target is the crate, whichever file logs.
//!
//! A process without a subscriber writes its warnings to the standard error. A process that debugs the library also
//! writes its debug lines there, which a subscriber may filter out.

use std::fmt::{self, Arguments, Write as _};
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::dispatcher::has_been_set;

/// Whether this is the log of a process, and not of a unit test.
static OF_PROCESS: AtomicBool = AtomicBool::new(false);
static SHOWS_DEBUG: AtomicBool = AtomicBool::new(false);

/// A number of things, as in `1 span` and `2 spans`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{ending}")
}

/// From now on warnings that no subscriber would see go to the standard error.
pub(crate) fn start() {
    OF_PROCESS.store(true, Ordering::Relaxed);
}

/// From now on debug lines go to the standard error, whatever the subscriber's filter.
pub(crate) fn show_debug() {
    SHOWS_DEBUG.store(true, Ordering::Relaxed);
}

pub(crate) fn shows_debug() -> bool {
    SHOWS_DEBUG.load(Ordering::Relaxed)
}

#[cold]
#[inline(never)]
pub(crate) fn at_debug(line: Arguments<'_>) {
    if shows_debug() {
        write("DEBUG", line);
    } else {
        tracing::debug!(target: "dd_trace_runtime", "{line}");
    }
}

#[cold]
#[inline(never)]
pub(crate) fn at_info(line: Arguments<'_>) {
    if shows_debug() && !has_been_set() {
        write("INFO", line);
    } else {
        tracing::info!(target: "dd_trace_runtime", "{line}");
    }
}

#[cold]
#[inline(never)]
pub(crate) fn at_warn(line: Arguments<'_>) {
    if OF_PROCESS.load(Ordering::Relaxed) && !has_been_set() {
        write("WARN", line);
    } else {
        tracing::warn!(target: "dd_trace_runtime", "{line}");
    }
}

/// A line that was asked for, on the standard error as it is.
pub(crate) fn show(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// In one piece, as others write there too. Where that fails there is nobody to tell.
fn write(level: &str, line: Arguments<'_>) {
    show(&format!("{level} dd_trace_runtime: {line}"));
}

/// How much text from an event is shown in a log line, in characters.
const EXCERPT: usize = 200;

/// Text from an event, for a log line: control characters are escaped, and a long text is cut.
pub(crate) fn excerpt(text: &str) -> Excerpt<'_> {
    Excerpt(text)
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Excerpt<'a>(&'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.char_indices().nth(EXCERPT).map(|(end, _)| end);
        let head = end.and_then(|end| self.0.get(..end)).unwrap_or(self.0);
        for character in head.chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                f.write_char(character)?;
            }
        }
        if end.is_some() {
            f.write_str("…")
        } else {
            Ok(())
        }
    }
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

// rustc also has an attribute `warn`, which would make a macro of that name ambiguous.
pub(crate) use {log_debug as debug, log_info as info, log_warn as warn};

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_text_of_an_event_can_neither_begin_a_log_line_nor_fill_the_log() {
        assert_eq!(
            excerpt("a\r\nERROR forged\0").to_string(),
            r"a\r\nERROR forged\u{0}"
        );
        let long = excerpt(&"ü".repeat(1_000_000)).to_string();
        assert_eq!(long, "ü".repeat(200) + "…");
    }
}
