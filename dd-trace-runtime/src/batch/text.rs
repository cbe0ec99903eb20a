//! A text of an event.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::event::raw::RawEvent;

/// A text that is a part of an event, without a copy of it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Text(Bytes);

impl Text {
    /// Only a text whose escapes were undone is no part of the event.
    pub(super) fn of(event: &RawEvent, text: Cow<'_, str>) -> Self {
        let shared = event.share(text.as_bytes());
        Self(shared.unwrap_or_else(|| text.into_owned().into()))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
