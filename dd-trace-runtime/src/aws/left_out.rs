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
        match reason {
            // Not every stream is of JSON, nor need it be.
            Reason::NoObject => tracing::debug!(
                "{entries} of {of} in {operation} left without its trace context: {why}"
            ),
            _ => tracing::warn!(
                "{entries} of {of} in {operation} left without its trace context: {why}"
            ),
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
