//! How long an invocation has left.

use std::time::{Duration, SystemTime};

/// No function runs longer than this. A deadline that passed longer ago isn't a real one: `cargo lambda` sends
/// one in 1970.
const LONGEST_INVOCATION: Duration = Duration::from_secs(15 * 60);

/// The time that is left; `None` if the deadline isn't known.
pub(crate) fn left(deadline: SystemTime) -> Option<Duration> {
    match deadline.duration_since(SystemTime::now()) {
        Ok(left) => Some(left),
        Err(passed) if passed.duration() < LONGEST_INVOCATION => Some(Duration::ZERO),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_has_just_passed_leaves_no_time() {
        let now = SystemTime::now();
        assert_eq!(left(now - Duration::from_millis(1)), Some(Duration::ZERO));
        assert!(left(now + Duration::from_secs(9)) > Some(Duration::from_secs(8)));
    }

    #[test]
    fn a_deadline_long_ago_is_not_known() {
        assert_eq!(left(SystemTime::UNIX_EPOCH), None);
        assert_eq!(
            left(SystemTime::UNIX_EPOCH + Duration::from_secs(600)),
            None
        );
    }
}
