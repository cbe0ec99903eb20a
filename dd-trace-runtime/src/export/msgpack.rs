//! A growing buffer of `MessagePack`.

use std::fmt::Write as _;

use rmp::encode::{self, ByteBuf};

/// Writes `MessagePack` into memory, which cannot fail.
#[derive(Debug)]
pub(super) struct Msgpack {
    bytes: ByteBuf,
    /// A buffer for text that is composed before it is written; allocated once a chunk.
    scratch: String,
}

/// A map whose length isn't known yet; [`Msgpack::close_map`] fills it in.
#[derive(Debug)]
#[must_use]
pub(super) struct OpenMap {
    length_at: usize,
}

impl Msgpack {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self::into_buffer(Vec::with_capacity(bytes))
    }

    /// Writes behind what `buffer` has.
    pub(super) fn into_buffer(buffer: Vec<u8>) -> Self {
        Self {
            bytes: ByteBuf::from_vec(buffer),
            scratch: String::new(),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_vec()
    }

    pub(super) fn array(&mut self, len: usize) {
        let Ok(_) = encode::write_array_len(&mut self.bytes, length(len));
    }

    pub(super) fn map(&mut self, len: usize) {
        let Ok(_) = encode::write_map_len(&mut self.bytes, length(len));
    }

    /// Starts a map whose length is set when it is closed.
    pub(super) fn open_map(&mut self) -> OpenMap {
        // The largest length has the widest header, which fits every other length.
        let Ok(_) = encode::write_map_len(&mut self.bytes, u32::MAX);
        OpenMap {
            length_at: self.bytes.as_slice().len().saturating_sub(4),
        }
    }

    pub(super) fn close_map(&mut self, map: &OpenMap, entries: u32) {
        let length = self.bytes.as_mut_vec().get_mut(map.length_at..);
        if let Some(length) = length.and_then(<[u8]>::first_chunk_mut) {
            *length = entries.to_be_bytes();
        }
    }

    /// Text, cut to `limit` bytes.
    pub(super) fn text(&mut self, text: &str, limit: usize) {
        // Few texts are too long, so that cutting isn't inlined.
        if text.len() <= limit {
            self.write(text);
        } else {
            self.write_cut(text, limit);
        }
    }

    #[cold]
    fn write_cut(&mut self, text: &str, limit: usize) {
        self.write(cut(text, limit));
    }

    /// A key of ours, which needs no limit. Inlined, so that the compiler knows its length.
    #[inline]
    pub(super) fn key(&mut self, key: &'static str) {
        self.write(key);
    }

    /// `{key}.{index}`, cut to `limit` bytes with the index whole: cut keys have to stay distinct.
    pub(super) fn indexed_key(&mut self, key: &str, index: usize, limit: usize) {
        self.scratch.clear();
        let digits = index.checked_ilog10().unwrap_or(0) as usize + 1;
        let room = limit.saturating_sub(digits + 1);
        // Writing to a `String` cannot fail.
        let _ = write!(self.scratch, "{}.{index}", cut(key, room));
        let Ok(()) = encode::write_str(&mut self.bytes, &self.scratch);
    }

    /// The text that a number prints.
    pub(super) fn display(&mut self, number: impl std::fmt::Display) {
        self.scratch.clear();
        let _ = write!(self.scratch, "{number}");
        let Ok(()) = encode::write_str(&mut self.bytes, &self.scratch);
    }

    /// Writes short texts itself, which are most of a span.
    #[inline]
    fn write(&mut self, text: &str) {
        let bytes = self.bytes.as_mut_vec();
        match u8::try_from(text.len()) {
            Ok(length @ 0..32) => bytes.push(0xa0 | length),
            Ok(length) => bytes.extend_from_slice(&[0xd9, length]),
            Err(_) => {
                let Ok(()) = encode::write_str(&mut self.bytes, text);
                return;
            }
        }
        bytes.extend_from_slice(text.as_bytes());
    }

    pub(super) fn unsigned(&mut self, value: u64) {
        let Ok(_) = encode::write_uint(&mut self.bytes, value);
    }

    pub(super) fn signed(&mut self, value: i64) {
        let Ok(_) = encode::write_sint(&mut self.bytes, value);
    }

    pub(super) fn float(&mut self, value: f64) {
        let Ok(()) = encode::write_f64(&mut self.bytes, value);
    }
}

/// The first `limit` bytes of `text`, or fewer where that would split a character.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    // A character has at most four bytes, so one of these four is a boundary.
    (limit.saturating_sub(3)..=limit)
        .rev()
        .find_map(|end| text.get(..end))
        .unwrap_or_default()
}

/// The agent refuses bodies of far fewer bytes than this has entries.
fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 2), "ab");
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("𝄞𝄞", 7), "𝄞");
        assert_eq!(cut("𝄞", 3), "");
        assert_eq!(cut("𝄞", 0), "");
    }

    #[test]
    fn a_map_gets_its_length_when_it_is_closed() {
        let mut out = Msgpack::with_capacity(0);
        let map = out.open_map();
        out.key("a");
        out.unsigned(1);
        out.close_map(&map, 1);
        let decoded: std::collections::HashMap<String, u64> =
            rmp_serde::from_slice(&out.into_bytes()).unwrap();
        assert_eq!(decoded, [("a".to_owned(), 1)].into());
    }

    #[test]
    fn the_index_survives_when_an_indexed_key_is_cut() {
        let mut out = Msgpack::with_capacity(0);
        out.indexed_key("abcdef", 12, 5);
        let decoded: String = rmp_serde::from_slice(&out.into_bytes()).unwrap();
        assert_eq!(decoded, "ab.12");
    }
}
