//! Values deeper in an event, at places that a source's file names.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use crate::digits::parse_decimal;
use crate::json::word::Word;
use crate::json::{Place, Reader};

/// A place where a value may stand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Field<'a>(Option<Place<'a>>);

impl<'a> Field<'a> {
    pub(crate) fn new(value: Option<Reader<'a>>) -> Self {
        Self(value.map(|value| value.place()))
    }

    /// The value that comes next.
    pub(crate) fn next(json: &Reader<'a>) -> Self {
        Self(Some(json.place()))
    }

    /// A value whose end is known, which is all of `json`.
    pub(crate) fn whole(json: &'a [u8]) -> Self {
        Self::new(Some(Reader::new(json)))
    }

    /// Whether any value stands there, `null` included.
    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn reader(&self) -> Option<Reader<'a>> {
        self.0.map(Place::reader)
    }

    /// Members of the object that stands there.
    pub(crate) fn members<const N: usize>(&self, names: [&[u8]; N]) -> [Self; N] {
        match self.reader() {
            Some(object) => object.members(names).map(Self::new),
            None => [const { Self(None) }; N],
        }
    }

    /// The first element of the list that stands there.
    pub(crate) fn first(&self) -> Self {
        let first = || {
            let mut list = self.reader()?;
            let array = list.array()?;
            list.element(array).then_some(list)
        };
        Self::new(first())
    }

    /// The value of the first member of the object that stands there.
    pub(crate) fn first_member(&self) -> Self {
        let first = || {
            let mut object = self.reader()?;
            let level = object.object()?;
            object.member(level).map(|_| object)
        };
        Self::new(first())
    }

    /// A text that isn't empty.
    // Out of line, because many members are read.
    #[inline(never)]
    pub(crate) fn text(&self) -> Option<Cow<'a, str>> {
        self.reader()?.string().filter(|text| !text.is_empty())
    }

    /// Whether `word` stands in the value, wherever: a search is cheaper than to read it.
    pub(crate) fn mentions(&self, word: &Word) -> bool {
        self.reader().is_some_and(|value| value.mentions(word))
    }

    /// A text, or a number or a boolean as it is written.
    pub(crate) fn printed(&self) -> Option<Cow<'a, str>> {
        self.text().or_else(|| {
            let raw = self.reader()?.raw()?;
            let is_plain = raw.starts_with(|c: char| c == '-' || c.is_ascii_alphanumeric());
            (is_plain && raw != "null").then_some(Cow::Borrowed(raw))
        })
    }

    /// A number, or a text that is one.
    pub(crate) fn number(&self) -> Option<f64> {
        let number = self.printed()?.parse::<f64>().ok()?;
        number.is_finite().then_some(number)
    }

    /// A point in time, in milliseconds since 1970.
    pub(crate) fn milliseconds(&self) -> Option<SystemTime> {
        // Nearly always it has nothing but digits.
        let written = self.reader()?.raw_bytes()?;
        let digits = written.strip_prefix(b"\"");
        let digits = digits.and_then(|digits| digits.strip_suffix(b"\""));
        let milliseconds = parse_decimal(digits.unwrap_or(written));
        let milliseconds = milliseconds.or_else(|| self.printed()?.parse().ok())?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))
    }

    /// A point in time, in seconds since 1970, with a fraction or without.
    pub(crate) fn seconds(&self) -> Option<SystemTime> {
        let since = Duration::try_from_secs_f64(self.number()?).ok()?;
        // A number of this size is precise to microseconds.
        let micros = since.checked_add(Duration::from_nanos(500))?.as_micros();
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_micros(micros.try_into().ok()?))
    }

    /// A point in time as ISO 8601 writes it, in UTC, with a fraction or without.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        humantime::parse_rfc3339(&self.text()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(json: &str) -> Field<'_> {
        Field::new(Some(Reader::new(json.as_bytes())))
    }

    fn millis(time: Option<SystemTime>) -> Option<u128> {
        Some(
            time?
                .duration_since(SystemTime::UNIX_EPOCH)
                .ok()?
                .as_millis(),
        )
    }

    #[test]
    fn a_time_is_read_in_the_three_forms_that_events_have() {
        assert_eq!(
            millis(field("1718444400123").milliseconds()),
            Some(1_718_444_400_123)
        );
        assert_eq!(
            millis(field(r#""1718444400123""#).milliseconds()),
            Some(1_718_444_400_123)
        );
        assert_eq!(
            millis(field("1718444400.123").seconds()),
            Some(1_718_444_400_123)
        );
        assert_eq!(
            millis(field(r#""2024-06-15T09:40:00.123Z""#).date()),
            Some(1_718_444_400_123)
        );
        assert_eq!(
            millis(field(r#""2024-06-15T09:40:00Z""#).date()),
            Some(1_718_444_400_000)
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for json in [
            "-1",
            "1e400",
            "null",
            "\"\"",
            "\"yesterday\"",
            "{}",
            "true",
            "NaN",
        ] {
            let field = field(json);
            assert_eq!(
                (field.milliseconds(), field.seconds(), field.date()),
                (None, None, None),
                "{json}"
            );
        }
    }

    #[test]
    fn a_number_is_printed_as_it_is_written() {
        assert_eq!(field("1.50").printed().as_deref(), Some("1.50"));
        assert_eq!(field(r#""a""#).printed().as_deref(), Some("a"));
        for json in ["null", "[1]", "{}", r#""""#] {
            assert_eq!(field(json).printed(), None, "{json}");
        }
    }
}
