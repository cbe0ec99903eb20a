//! Words to search for in texts.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A word, prepared with the first search: to prepare it takes longer than to search a text of 1 KB.
pub(crate) type Word = LazyLock<Finder<'static>>;

/// The name of the member in which a trace context travels.
pub(crate) static DATADOG: Word = Word::new(|| Finder::new("_datadog"));
/// The attribute of SQS with the trace header of X-Ray.
pub(crate) static X_RAY_HEADER: Word = Word::new(|| Finder::new("AWSTraceHeader"));
/// In a notification of SNS.
pub(crate) static NOTIFICATION: Word = Word::new(|| Finder::new("Notification"));
/// In an event of EventBridge.
pub(crate) static DETAIL_TYPE: Word = Word::new(|| Finder::new("detail-type"));
