//! Why something is sent without its trace context.

use crate::log;

/// Entries of a request that stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) entries: usize,
    pub(super) of: usize,
    pub(super) reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "no service alone has all of them")]
pub(super) enum Reason {
    /// There are ten message attributes already.
    Attributes,
    /// The entry would grow over its limit.
    EntrySize,
    /// The whole request would grow over its limit.
    RequestSize,
    /// The text isn't a JSON object.
    NoObject,
}

impl LeftOut {
    /// Writes one log line for each call, whatever the number of its entries.
    pub(super) fn report(&self, operation: &str) {
        let Self {
            entries,
            of,
            reason,
        } = self;
        let why = reason.text();
        let line = match of {
            1 => format!("{operation} went out without its trace context: {why}"),
            _ => format!(
                "{entries} of {of} entries of {operation} went out without their trace context: {why}"
            ),
        };
        // A stream needn't consist of JSON.
        if *reason == Reason::NoObject {
            log::debug!("{line}");
        } else {
            log::warn!("{line}");
        }
    }
}

impl Reason {
    fn text(self) -> &'static str {
        match self {
            Self::Attributes => {
                "a message has ten attributes at most, and had them already; leave one to `_datadog`"
            }
            Self::EntrySize => "an entry would be larger than the service accepts; send less in it",
            Self::RequestSize => {
                "the request would be larger than the service accepts; send less in it"
            }
            Self::NoObject => "what is to carry it is no JSON object; write one",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_log::Log;

    #[test]
    fn what_is_over_a_limit_is_told_in_one_line_that_says_what_to_do() {
        let log = Log::capture();
        let left_out = LeftOut {
            entries: 2,
            of: 10,
            reason: Reason::Attributes,
        };
        left_out.report("SQS.SendMessageBatch");
        let expected = "WARN 2 of 10 entries of SQS.SendMessageBatch went out without their trace context: \
            a message has ten attributes at most, and had them already; leave one to `_datadog`";
        assert_eq!(log.take(), [expected]);
    }

    #[test]
    fn data_that_is_no_json_is_nothing_to_warn_of() {
        let log = Log::capture();
        let reason = Reason::NoObject;
        let (entries, of) = (1, 1);
        LeftOut {
            entries,
            of,
            reason,
        }
        .report("Kinesis.PutRecord");
        assert_eq!(
            log.take(),
            [
                "DEBUG Kinesis.PutRecord went out without its trace context: \
                what is to carry it is no JSON object; write one"
            ]
        );
    }
}
