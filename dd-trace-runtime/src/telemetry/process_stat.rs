//! What Linux says about this process in `/proc/self/stat`.
//!
//! It is read at once and in a third of the time that `/proc/self/status` takes, which says the same about signals.

use std::fs::File;
use std::io::Read as _;
use std::time::{Duration, Instant};

/// The fields that are read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessStat {
    /// When the process started: hundredths of a second after the system.
    started: u32,
    /// The signals that are ignored and those that have a handler; the first signal is bit 0.
    ignored: u64,
    handled: u64,
}

/// Linux reports times to user space in hundredths of a second, on every architecture that Lambda has.
const TICKS_PER_SECOND: f64 = 100.0;

/// More than the longest line of `/proc/self/stat`: 52 numbers and a name of 64 bytes.
const LONGEST: usize = 1536;

impl ProcessStat {
    /// `None` without `/proc`.
    pub(crate) fn read() -> Option<Self> {
        Self::parse(&first_read("/proc/self/stat")?)
    }

    /// The second field, the program's name, may contain anything; those behind it are numbers but for the third.
    fn parse(stat: &str) -> Option<Self> {
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_ascii_whitespace();
        Some(Self {
            // The 22nd, 33rd and 34th.
            started: fields.nth(19)?.parse().ok()?,
            ignored: fields.nth(10)?.parse().ok()?,
            handled: fields.next()?.parse().ok()?,
        })
    }

    /// When the process started, to a hundredth of a second.
    pub(crate) fn started(self) -> Option<Instant> {
        Instant::now().checked_sub(self.age(&first_read("/proc/uptime")?)?)
    }

    /// `uptime` begins with the seconds since the system started.
    fn age(self, uptime: &str) -> Option<Duration> {
        let uptime: f64 = uptime.split_ascii_whitespace().next()?.parse().ok()?;
        Duration::try_from_secs_f64(uptime - f64::from(self.started) / TICKS_PER_SECOND).ok()
    }

    /// Whether a signal has its default action.
    #[cfg(unix)]
    pub(crate) fn has_default(self, signal: i32) -> bool {
        let bit = 1 << (signal - 1);
        (self.ignored | self.handled) & bit == 0
    }
}

/// What one read of a small file gives. The kernel makes the text at that moment, and hands it over whole.
fn first_read(path: &str) -> Option<String> {
    let mut buffer = [0; LONGEST];
    let length = File::open(path).ok()?.read(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(buffer.get(..length)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a name that looks like fields; `ignored` and `handled` are the masks.
    fn stat(started: u32, ignored: u64, handled: u64) -> String {
        format!(
            "7 (a ) name) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 {started} 6295552 928 184467 1 1 0 0 0 0 16384 \
             {ignored} {handled} 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
        )
    }

    #[test]
    fn the_age_of_a_process_is_the_time_since_its_start() {
        let age = |started, uptime| {
            ProcessStat::parse(&stat(started, 0, 0))
                .unwrap()
                .age(uptime)
        };
        assert_eq!(
            age(12345, "125.95 300.00\n"),
            Some(Duration::from_millis(2500))
        );
        assert_eq!(age(12345, "1.00 1.00"), None);
        assert_eq!(age(12345, ""), None);
    }

    #[test]
    fn a_line_without_the_fields_says_nothing() {
        for stat in ["", "7 (name) S 1", "no name", "7 (name) S 1 7 7 0 -1"] {
            assert_eq!(ProcessStat::parse(stat), None);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_masks_of_the_kernel_say_whether_a_signal_has_its_default_action() {
        let sigterm = 15;
        let has_default = |ignored, handled| {
            let stat = ProcessStat::parse(&stat(1, ignored, handled)).unwrap();
            stat.has_default(sigterm)
        };
        assert!(has_default(0, 0));
        assert!(!has_default(0, 1 << 14));
        assert!(!has_default(1 << 14, 0));
        // Rust's runtime ignores SIGPIPE and handles SIGSEGV and SIGBUS.
        assert!(has_default(1 << 12, 1 << 10 | 1 << 6));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_an_age_and_ignores_sigpipe() {
        let stat = ProcessStat::read().unwrap();
        assert!(stat.started().unwrap().elapsed() < Duration::from_secs(24 * 60 * 60));
        assert!(!stat.has_default(13));
    }
}
