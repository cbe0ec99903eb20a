//! Why something goes out without its trace context.

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
    /// All entries together would.
    RequestSize,
    /// The text that is to carry it is no JSON object.
    NoObject,
}

impl LeftOut {
    /// One log line a call, whatever the number of its entries.
    pub(super) fn report(&self, operation: &str) {
        let Self {
            entries,
            of,
            reason,
        } = self;
        let why = reason.text();
        let line =
            format!("{entries} of {of} in {operation} left without its trace context: {why}");
        // Not every stream is of JSON, nor need it be.
        if *reason == Reason::NoObject {
            tracing::debug!("{line}");
        } else {
            tracing::warn!("{line}");
        }
    }
}

impl Reason {
    fn text(self) -> &'static str {
        match self {
            Self::Attributes => {
                "it has ten message attributes already; leave one of them to `_datadog`"
            }
            Self::EntrySize => "it would be larger than the service accepts; send less in it",
            Self::RequestSize => {
                "the request would be larger than the service accepts; send fewer entries in it"
            }
            Self::NoObject => "it is no JSON object; write one",
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
        let expected = "WARN 2 of 10 in SQS.SendMessageBatch left without its trace context: \
            it has ten message attributes already; leave one of them to `_datadog`";
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
        assert!(log.take()[0].starts_with("DEBUG 1 of 1 in Kinesis.PutRecord"));
    }
}
