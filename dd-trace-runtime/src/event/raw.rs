//! The event as Lambda sent it.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::ops::Range;
use std::str::Utf8Error;

use bytes::Bytes;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::whole::Whole;

/// The bytes of one invocation's event, as received.
///
/// Cloning copies a pointer. A traced handler takes a `LambdaEvent<RawEvent>`; the user's own event
/// type is parsed from it.
///
/// ```
/// use dd_trace_runtime::RawEvent;
///
/// let event = RawEvent::from(r#"{"orderId":"1"}"#.to_owned());
/// let value: serde_json::Value = event.parse()?;
/// assert_eq!(value["orderId"], "1");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RawEvent(Bytes);

impl RawEvent {
    /// The JSON text of `value`: an event for a test.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(value).map(Self::from)
    }

    /// The bytes as received. Lambda sends JSON, but nobody has checked these.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, if they are valid UTF-8.
    pub fn as_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.0)
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Parses the event.
    ///
    /// Accepts what `lambda_runtime` accepts: anything may follow the first JSON value.
    pub fn parse<T: DeserializeOwned + 'static>(&self) -> Result<T, serde_json::Error> {
        self.parse_text()
            .unwrap_or_else(|| T::deserialize(&mut serde_json::Deserializer::from_slice(&self.0)))
    }

    /// As [`parse`](Self::parse); `None` if the bytes aren't valid text.
    pub(crate) fn parse_text<T: DeserializeOwned + 'static>(
        &self,
    ) -> Option<Result<T, serde_json::Error>> {
        if let Some(event) = self.as_type() {
            return Some(Ok(event));
        }
        let parsed = T::deserialize(Whole(self));
        let is_text = parsed.is_ok() || self.as_str().is_ok();
        is_text.then_some(parsed)
    }

    /// Where `part` stands in the event, if it is a part of it and no copy.
    pub(crate) fn range_of(&self, part: &[u8]) -> Option<Range<usize>> {
        let address = |bytes: &[u8]| bytes.as_ptr().addr();
        let start = address(part).checked_sub(address(&self.0))?;
        let end = start.checked_add(part.len())?;
        (end <= self.0.len()).then_some(start..end)
    }

    /// The same part of the event, for as long as it is needed.
    pub(crate) fn share(&self, part: &[u8]) -> Option<Bytes> {
        self.range_of(part).map(|range| self.0.slice(range))
    }

    /// `Some` if `T` is `RawEvent` itself, which needs no parsing.
    pub(crate) fn as_type<T: 'static>(&self) -> Option<T> {
        let mut event = Some(self.clone());
        let slot: &mut dyn Any = &mut event;
        slot.downcast_mut::<Option<T>>()?.take()
    }
}

impl From<Vec<u8>> for RawEvent {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Bytes> for RawEvent {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<String> for RawEvent {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// Copies the text, for tests.
impl From<&str> for RawEvent {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// Only the length: an event may hold data that must not reach a log.
impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawEvent({} bytes)", self.0.len())
    }
}

/// Works only with `serde_json`: no other format can hand over its input.
impl<'de> Deserialize<'de> for RawEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        if body.get() != STAND_IN {
            return Ok(String::from(Box::<str>::from(body)).into());
        }
        HANDED_OVER.take().map(Self).ok_or_else(|| {
            D::Error::custom("the event was replaced and then lost on its way to the handler")
        })
    }
}

/// A placeholder for the event while its bytes bypass `lambda_runtime`'s deserialiser.
const STAND_IN: &str = r#""dd_trace_runtime::RawEvent""#;

thread_local! {
    static HANDED_OVER: Cell<Option<Bytes>> = const { Cell::new(None) };
}

/// Calls `call` with a placeholder for `body`. A `RawEvent` that is deserialised from the placeholder on this
/// thread before `call` returns has the bytes of `body`.
///
/// `lambda_runtime` deserialises inside `Service::call`, through `serde_path_to_error`, which costs as much
/// again as parsing the event. This way the bytes bypass it.
pub(crate) fn hand_over<R>(body: Bytes, call: impl FnOnce(Bytes) -> R) -> R {
    struct Clear;
    impl Drop for Clear {
        fn drop(&mut self) {
            HANDED_OVER.set(None);
        }
    }
    HANDED_OVER.set(Some(body));
    let _clear = Clear;
    call(Bytes::from_static(STAND_IN.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deserialize(body: &[u8]) -> Result<RawEvent, serde_json::Error> {
        serde_json::from_slice(body)
    }

    #[test]
    fn an_event_keeps_the_text_that_was_sent() {
        let text = r#"{ "a" : 1.50, "a":2, "ü":"\u00fc" }"#;
        assert_eq!(
            deserialize(text.as_bytes()).unwrap().as_bytes(),
            text.as_bytes()
        );
    }

    #[test]
    fn a_handed_over_event_arrives_without_a_copy() {
        let body = Bytes::from_static(b"{\"a\":1}");
        let event = hand_over(body.clone(), |stand_in| deserialize(&stand_in)).unwrap();
        assert_eq!(event.as_bytes().as_ptr(), body.as_ptr());
    }

    #[test]
    fn a_stand_in_without_its_bytes_is_an_error() {
        let late = hand_over(Bytes::from_static(b"{}"), |stand_in| stand_in);
        let error = deserialize(&late).unwrap_err();
        assert!(error.to_string().contains("lost on its way"), "{error}");
    }

    #[test]
    fn bytes_that_nobody_took_do_not_reach_the_next_invocation() {
        hand_over(Bytes::from_static(b"1"), |_| ());
        assert!(HANDED_OVER.take().is_none());
    }

    #[test]
    fn a_raw_event_is_parsed_from_a_raw_event_without_a_scan() {
        let event = RawEvent::from("not json".to_owned());
        assert_eq!(event.parse::<RawEvent>().unwrap(), event);
    }

    #[test]
    fn a_part_of_an_event_is_shared_and_a_copy_of_it_is_none() {
        let event = RawEvent::from(r#"{"a":"b"}"#);
        let part = &event.as_bytes()[5..8];
        assert_eq!(event.range_of(part), Some(5..8));
        let shared = event.share(part).unwrap();
        assert_eq!(shared.as_ptr(), part.as_ptr());
        assert_eq!(event.range_of(b"\"b\""), None);
        assert_eq!(RawEvent::default().range_of(part), None);
        assert_eq!(event.range_of(&event.as_bytes()[9..]), Some(9..9));
    }

    #[test]
    fn what_follows_the_first_value_is_not_looked_at() {
        for event in [b"1 2".to_vec(), b"1 \xff".to_vec()] {
            assert_eq!(RawEvent::from(event).parse::<u8>().unwrap(), 1);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_where_they_are_read() {
        #[derive(Debug, Deserialize)]
        struct Read {
            read: String,
        }

        let event = RawEvent::from(b"{\"read\":\"a\",\"skipped\":\"\xff\"}".to_vec());
        assert_eq!(event.parse::<Read>().unwrap().read, "a");
        assert!(event.parse::<serde_json::Value>().is_err());
    }
}
