//! A growing buffer of `MessagePack`.

use std::fmt::Write as _;

use rmp::encode::{self, ByteBuf};

/// Writes `MessagePack` into memory, which cannot fail.
#[derive(Debug, Clone)]
pub(crate) struct Msgpack {
    bytes: ByteBuf,
    /// A buffer for text that is composed before it is written; allocated once a chunk.
    scratch: String,
}

/// A map whose length isn't known yet; [`Msgpack::close_map`] fills it in.
#[derive(Debug)]
#[must_use]
pub(crate) struct OpenMap {
    length_at: usize,
}

impl Msgpack {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self::into_buffer(Vec::with_capacity(bytes))
    }

    /// Writes behind what `buffer` has.
    pub(crate) fn into_buffer(buffer: Vec<u8>) -> Self {
        Self {
            bytes: ByteBuf::from_vec(buffer),
            scratch: String::new(),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_vec()
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// What another buffer has.
    pub(crate) fn append(&mut self, written: &[u8]) {
        self.bytes.as_mut_vec().extend_from_slice(written);
    }

    pub(crate) fn array(&mut self, len: usize) {
        let Ok(_) = encode::write_array_len(&mut self.bytes, length(len));
    }

    pub(crate) fn map(&mut self, len: usize) {
        let Ok(_) = encode::write_map_len(&mut self.bytes, length(len));
    }

    /// Starts a map whose length is set when it is closed.
    pub(crate) fn open_map(&mut self) -> OpenMap {
        // The largest length has the widest header, which fits every other length.
        let Ok(_) = encode::write_map_len(&mut self.bytes, u32::MAX);
        OpenMap {
            length_at: self.bytes.as_slice().len().saturating_sub(4),
        }
    }

    pub(crate) fn close_map(&mut self, map: &OpenMap, entries: u32) {
        let length = self.bytes.as_mut_vec().get_mut(map.length_at..);
        if let Some(length) = length.and_then(<[u8]>::first_chunk_mut) {
            *length = entries.to_be_bytes();
        }
    }

    /// Text, cut to `limit` bytes.
    pub(crate) fn text(&mut self, text: &str, limit: usize) {
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
    pub(crate) fn key(&mut self, key: &'static str) {
        self.write(key);
    }

    /// `{key}.{index}`, cut to `limit` bytes with the index whole: cut keys have to stay distinct.
    pub(crate) fn indexed_key(&mut self, key: &str, index: usize, limit: usize) {
        self.scratch.clear();
        let digits = index.checked_ilog10().unwrap_or(0) as usize + 1;
        let room = limit.saturating_sub(digits + 1);
        // Writing to a `String` cannot fail.
        let _ = write!(self.scratch, "{}.{index}", cut(key, room));
        let Ok(()) = encode::write_str(&mut self.bytes, &self.scratch);
    }

    /// The text that a number prints.
    pub(crate) fn display(&mut self, number: impl std::fmt::Display) {
        self.scratch.clear();
        let _ = write!(self.scratch, "{number}");
        let Ok(()) = encode::write_str(&mut self.bytes, &self.scratch);
    }

    /// One text that consists of these parts, cut to `limit` bytes.
    #[cfg(any(feature = "aws", feature = "tower"))]
    pub(crate) fn joined(&mut self, parts: &[&str], limit: usize) {
        let length = parts.iter().map(|part| part.len()).sum();
        if length > limit {
            return self.write_cut(&parts.concat(), limit);
        }
        self.text_header(length);
        let bytes = self.bytes.as_mut_vec();
        for part in parts {
            bytes.extend_from_slice(part.as_bytes());
        }
    }

    #[inline]
    fn write(&mut self, text: &str) {
        self.text_header(text.len());
        self.bytes.as_mut_vec().extend_from_slice(text.as_bytes());
    }

    /// Writes that of a short text itself: most texts of a span are short.
    #[inline]
    fn text_header(&mut self, len: usize) {
        let bytes = self.bytes.as_mut_vec();
        match u8::try_from(len) {
            Ok(len @ 0..32) => bytes.push(0xa0 | len),
            Ok(len) => bytes.extend_from_slice(&[0xd9, len]),
            Err(_) => {
                let Ok(_) = encode::write_str_len(&mut self.bytes, length(len));
            }
        }
    }

    /// Bytes that are no text.
    #[cfg(feature = "dsm")]
    pub(crate) fn binary(&mut self, bytes: &[u8]) {
        let Ok(()) = encode::write_bin(&mut self.bytes, bytes);
    }

    /// In as few bytes as it takes. Ids and times take all eight.
    pub(crate) fn unsigned(&mut self, value: u64) {
        if value > u32::MAX.into() {
            self.eight(0xcf, value.to_be_bytes());
        } else {
            let Ok(_) = encode::write_uint(&mut self.bytes, value);
        }
    }

    pub(crate) fn signed(&mut self, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.unsigned(value),
            Err(_) => {
                let Ok(_) = encode::write_sint(&mut self.bytes, value);
            }
        }
    }

    pub(crate) fn float(&mut self, value: f64) {
        self.eight(0xcb, value.to_be_bytes());
    }

    /// A number of eight bytes, after the byte that says which kind it is of.
    fn eight(&mut self, kind: u8, number: [u8; 8]) {
        let mut written = [kind; 9];
        for (place, byte) in written.iter_mut().skip(1).zip(number) {
            *place = byte;
        }
        self.bytes.as_mut_vec().extend_from_slice(&written);
    }
}

/// The texts that stand one after the other in `written`. None of them may have 64 KiB.
pub(crate) fn texts(written: &[u8]) -> impl Iterator<Item = &str> {
    raw_texts(written).map_while(|text| std::str::from_utf8(text).ok())
}

/// Their bytes.
pub(crate) fn raw_texts(mut written: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (text, rest) = split_text(written)?;
        written = rest;
        Some(text)
    })
}

fn split_text(written: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match *written {
        [marker @ 0xa0..=0xbf, ref rest @ ..] => (u16::from(marker & 0x1f), rest),
        [0xd9, length, ref rest @ ..] => (u16::from(length), rest),
        [0xda, high, low, ref rest @ ..] => (u16::from_be_bytes([high, low]), rest),
        _ => return None,
    };
    rest.split_at_checked(length.into())
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

/// The header of an array, in front of its elements.
pub(crate) fn array_header(len: usize, buffer: &mut [u8; 5]) -> &[u8] {
    let mut free = buffer.as_mut_slice();
    // No header is longer than the buffer.
    let _ = encode::write_array_len(&mut free, length(len));
    let left = free.len();
    buffer.get(..buffer.len() - left).unwrap_or_default()
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
    #[cfg(any(feature = "aws", feature = "tower"))]
    fn joined_parts_are_one_text() {
        let long = "a".repeat(300);
        for parts in [&[][..], &["a", "", "b"], &["é", &long], &[&long, "é"]] {
            let [mut joined, mut whole] = [(); 2].map(|()| Msgpack::with_capacity(0));
            for limit in [0, 1, 2, 301, 400] {
                joined.joined(parts, limit);
                whole.text(&parts.concat(), limit);
            }
            assert_eq!(joined.as_slice(), whole.as_slice(), "{parts:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_rmp_writes_them() {
        let mut expected = ByteBuf::new();
        let mut out = Msgpack::with_capacity(0);
        for bits in 0..64 {
            for value in [1_u64 << bits, (1 << bits) - 1, u64::MAX >> bits] {
                let signed = i64::from_ne_bytes(value.to_ne_bytes());
                let Ok(_) = encode::write_uint(&mut expected, value);
                let Ok(_) = encode::write_sint(&mut expected, signed);
                let Ok(_) = encode::write_sint(&mut expected, signed.wrapping_neg());
                let Ok(()) = encode::write_f64(&mut expected, f64::from_bits(value));
                out.unsigned(value);
                out.signed(signed);
                out.signed(signed.wrapping_neg());
                out.float(f64::from_bits(value));
            }
        }
        assert_eq!(out.as_slice(), expected.as_slice());
    }

    #[test]
    fn the_header_of_an_array_is_the_same_by_itself() {
        for len in [0, 1, 15, 16, 65_535, 65_536] {
            let mut out = Msgpack::with_capacity(0);
            out.array(len);
            assert_eq!(array_header(len, &mut [0; 5]), out.as_slice(), "{len}");
        }
    }

    #[test]
    fn texts_are_read_as_they_were_written() {
        let all = [0, 1, 31, 32, 255, 256, 25_000].map(|length| "a".repeat(length));
        let mut out = Msgpack::with_capacity(0);
        for text in &all {
            out.text(text, usize::MAX);
        }
        assert!(texts(out.as_slice()).eq(&all));
        let cut = out.as_slice().split_last().unwrap().1;
        assert!(texts(cut).eq(&all[..6]), "a text that is cut off is none");
    }

    #[test]
    fn the_index_survives_when_an_indexed_key_is_cut() {
        let mut out = Msgpack::with_capacity(0);
        out.indexed_key("abcdef", 12, 5);
        let decoded: String = rmp_serde::from_slice(&out.into_bytes()).unwrap();
        assert_eq!(decoded, "ab.12");
    }
}
