//! Changes a JSON text in place, without a copy of the rest.

use std::ops::Range;

/// The end of an object, found by its outermost bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Of the last brace.
    at: usize,
    /// Whether the brace follows the first one.
    is_empty: bool,
}

impl End {
    /// `None` if the text doesn't begin and end with braces.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let inside = trim_end(text).strip_suffix(b"}")?;
        let start = inside.iter().position(|byte| !is_white_space(*byte))?;
        let members = inside.get(start..)?.strip_prefix(b"{")?;
        Some(Self {
            at: inside.len(),
            is_empty: members.iter().all(|byte| is_white_space(*byte)),
        })
    }

    /// How many bytes `member` adds as the last member.
    #[cfg(any(
        feature = "aws-eventbridge",
        feature = "aws-iot",
        feature = "aws-kinesis",
        feature = "aws-sfn"
    ))]
    pub(super) fn added(self, member: &str) -> usize {
        member.len() + self.comma().len()
    }

    fn comma(self) -> &'static str {
        if self.is_empty { "" } else { "," }
    }
}

fn trim_end(mut text: &[u8]) -> &[u8] {
    while let Some((last, rest)) = text.split_last()
        && is_white_space(*last)
    {
        text = rest;
    }
    text
}

/// JSON's white space.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

/// A text, or the bytes of one.
pub(super) trait Text: Sized {
    /// Removes and returns what follows `at`; `None` if there is no such place, and nothing changes.
    fn cut(&mut self, at: usize) -> Option<Self>;

    /// Puts `parts` and then `rest` behind it, in room for no more than that.
    fn append(&mut self, parts: [&str; 2], rest: &Self);

    /// Puts a member before the last brace, with a comma where it needs one.
    fn insert_last(&mut self, end: End, member: &str) {
        if let Some(rest) = self.cut(end.at) {
            self.append([end.comma(), member], &rest);
        }
    }

    /// Puts `value` in the place of a part.
    fn replace(&mut self, part: Range<usize>, value: &str) {
        if let Some(rest) = self.cut(part.end) {
            self.cut(part.start);
            self.append([value, ""], &rest);
        }
    }
}

impl Text for String {
    fn cut(&mut self, at: usize) -> Option<Self> {
        let rest = self.get(at..)?.to_owned();
        self.truncate(at);
        Some(rest)
    }

    fn append(&mut self, parts: [&str; 2], rest: &Self) {
        self.reserve_exact(parts.iter().map(|part| part.len()).sum::<usize>() + rest.len());
        for part in parts.into_iter().chain([rest.as_str()]) {
            self.push_str(part);
        }
    }
}

impl Text for Vec<u8> {
    fn cut(&mut self, at: usize) -> Option<Self> {
        let rest = self.get(at..)?.to_owned();
        self.truncate(at);
        Some(rest)
    }

    fn append(&mut self, parts: [&str; 2], rest: &Self) {
        self.reserve_exact(parts.iter().map(|part| part.len()).sum::<usize>() + rest.len());
        for part in parts
            .map(str::as_bytes)
            .into_iter()
            .chain([rest.as_slice()])
        {
            self.extend_from_slice(part);
        }
    }
}
