//! Which HTTP statuses are errors of a span.

use std::borrow::Cow;
use std::fmt;

/// The statuses that exist.
const FIRST: u16 = 100;
const LAST: u16 = 599;

/// Ranges of statuses, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorStatuses(Cow<'static, [(u16, u16)]>);

impl ErrorStatuses {
    /// Of a span that answers requests: the function's, by default.
    pub(crate) const SERVER: Self = Self(Cow::Borrowed(&[(500, 599)]));

    /// Of a span that sends one, by default.
    #[cfg(feature = "tower")]
    pub(crate) const CLIENT: Self = Self(Cow::Borrowed(&[(400, 499)]));

    /// Reads a list such as `500-599,404`; `None` unless all of it is readable.
    ///
    /// Blanks around a status don't count, nor does the order of the two ends, as in Datadog's tracer for Rust.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let ranges = text.split(',').map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last) = (status(first)?, status(last)?);
            Some((first.min(last), first.max(last)))
        });
        ranges
            .collect::<Option<Vec<_>>>()
            .map(|ranges| Self(ranges.into()))
    }

    pub(crate) fn contains(&self, status: u16) -> bool {
        let Self(ranges) = self;
        ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&status))
    }
}

fn status(text: &str) -> Option<u16> {
    let status = text.trim().parse().ok()?;
    (FIRST..=LAST).contains(&status).then_some(status)
}

/// As the variable is written.
impl fmt::Display for ErrorStatuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ranges) = self;
        for (at, (first, last)) in ranges.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{first}")?;
            if first != last {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_statuses_and_ranges_of_them() {
        let cases: [(&str, &[u16], &[u16]); 6] = [
            ("404", &[404], &[403, 405]),
            ("500-599", &[500, 550, 599], &[499, 600]),
            ("599-500", &[500, 599], &[499]),
            (
                "404, 500 - 502 ,503",
                &[404, 500, 502, 503],
                &[405, 499, 504],
            ),
            ("400-499,450-550", &[400, 500, 550], &[399, 551]),
            ("100-599", &[100, 200, 599], &[99, 600]),
        ];
        for (list, errors, others) in cases {
            let statuses = ErrorStatuses::parse(list).unwrap();
            assert!(
                errors.iter().all(|status| statuses.contains(*status)),
                "{list}"
            );
            assert!(
                !others.iter().any(|status| statuses.contains(*status)),
                "{list}"
            );
        }
    }

    #[test]
    fn a_list_that_is_not_readable_as_a_whole_is_none() {
        let lists = [
            "",
            ",",
            "500,",
            "5xx",
            "500-",
            "-500",
            "500-510-520",
            "500;501",
            "99",
            "600",
            "1000",
            "99999999",
            "-1",
            "5 0 0",
            "٥٠٠",
        ];
        for list in lists {
            assert_eq!(ErrorStatuses::parse(list), None, "{list}");
        }
    }

    #[test]
    fn statuses_are_written_as_they_are_read() {
        let statuses = ErrorStatuses::parse("404,500-599").unwrap();
        assert_eq!(statuses.to_string(), "404,500-599");
        assert_eq!(ErrorStatuses::parse(&statuses.to_string()), Some(statuses));
    }
}
