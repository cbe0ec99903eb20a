//! Finds the end of objects and arrays that are stepped over, many bytes at a time.

use super::skip::end_of_string;

/// As many bytes as are looked at together: the compiler compares them in vectors.
const BLOCK: usize = 32;
/// What each byte of a block is takes a lane of eight bits, and a word has eight lanes.
const LANES: usize = 8;

const QUOTE: u8 = 1;
const BACKSLASH: u8 = 1 << 1;
/// A bracket has this bit too if it closes.
const CLOSING: u8 = 1 << 6;
const BRACKET: u8 = 1 << 7;

/// The same bits in every lane of a word.
const fn lanes(bits: u8) -> u64 {
    u64::from_ne_bytes([bits; LANES])
}

/// What follows the end of `open` objects and arrays, and how many of them are still open there. None are,
/// unless the text breaks off.
pub(super) fn end_of_levels(mut text: &[u8], open: usize) -> (&[u8], usize) {
    // Empty ones are frequent.
    if let (Some((b'}' | b']', rest)), 1) = (text.split_first(), open) {
        return (rest, 0);
    }
    let mut levels = Levels::new(open);
    while let Some((block, rest)) = text.split_first_chunk() {
        match levels.pass(&words(block)) {
            Pass::Through => text = rest,
            Pass::LongString => text = levels.end_of_string(rest),
            Pass::End(place) => return (text.get(place..).unwrap_or_default(), 0),
            Pass::Broken(place) => {
                text = text.get(place..).unwrap_or_default();
                break;
            }
        }
    }
    if levels.outside == 0 {
        text = levels.end_of_string(text);
    }
    end_by_bytes(text, levels.open)
}

/// What each byte of a block is, in the order of the lanes.
fn words(block: &[u8; BLOCK]) -> [u64; BLOCK / LANES] {
    let mut kinds = [0; BLOCK];
    for (kind, byte) in kinds.iter_mut().zip(block) {
        // A square bracket differs from a curly one in this bit.
        let bracket = *byte | 0x20;
        let quote = if *byte == b'"' { QUOTE } else { 0 };
        let backslash = if *byte == b'\\' { BACKSLASH } else { 0 };
        let opening = if bracket == b'{' { BRACKET } else { 0 };
        let closing = if bracket == b'}' {
            BRACKET | CLOSING
        } else {
            0
        };
        *kind = quote | backslash | opening | closing;
    }
    let mut words = [0; BLOCK / LANES];
    for (word, kinds) in words.iter_mut().zip(kinds.as_chunks().0) {
        *word = u64::from_le_bytes(*kinds);
    }
    words
}

/// How far a block leads.
enum Pass {
    /// To its end.
    Through,
    /// To its end, which is inside of a string, as all of the block is.
    LongString,
    /// To the end of the levels, which is at this place.
    End(usize),
    /// To this place. A backslash outside of strings follows, which escapes nothing.
    Broken(usize),
}

/// What is known of the text before a word.
struct Levels {
    open: usize,
    /// All bits are set outside of strings, and none inside.
    outside: u64,
    /// Whether a backslash escapes the first byte of the word.
    is_escaped: bool,
}

impl Levels {
    fn new(open: usize) -> Self {
        Self {
            open,
            outside: u64::MAX,
            is_escaped: false,
        }
    }

    #[inline]
    fn pass(&mut self, words: &[u64; BLOCK / LANES]) -> Pass {
        let all = words.iter().fold(0, |all, word| all | word);
        if all & lanes(BACKSLASH) == 0 && !self.is_escaped {
            self.pass_words::<false>(words, all)
        } else {
            self.pass_words::<true>(words, 0)
        }
    }

    #[inline]
    fn pass_words<const HAS_ESCAPES: bool>(
        &mut self,
        words: &[u64; BLOCK / LANES],
        mut all: u64,
    ) -> Pass {
        for (word, place) in words.iter().zip((0..).step_by(LANES)) {
            let (word, is_escaped) = if HAS_ESCAPES {
                without_escaped(*word, self.is_escaped)
            } else {
                (*word, false)
            };
            // The highest bit of a lane is set if the number of quotes up to that lane is odd.
            let quotes = (word & lanes(QUOTE)).wrapping_mul(lanes(1 << 7));
            let outside = quotes ^ self.outside;
            if HAS_ESCAPES {
                if word & (outside >> 6) & lanes(BACKSLASH) != 0 {
                    return Pass::Broken(place);
                }
                self.is_escaped = is_escaped;
                all |= word;
            }
            // The highest bit, in the place of every other one.
            self.outside = (outside.cast_signed() >> 63).cast_unsigned();
            if let Some(end) = self.count(word, word & outside & lanes(BRACKET)) {
                return Pass::End(place + end);
            }
        }
        if self.outside == 0 && all & lanes(QUOTE) == 0 {
            return Pass::LongString;
        }
        Pass::Through
    }

    /// Counts the `brackets` of a word. Returns where the last level ends, if it does.
    #[inline]
    fn count(&mut self, word: u64, mut brackets: u64) -> Option<usize> {
        while brackets != 0 {
            let bracket = brackets & brackets.wrapping_neg();
            brackets ^= bracket;
            if word & (bracket >> 1) == 0 {
                self.open += 1;
                continue;
            }
            self.open -= 1;
            if self.open == 0 {
                return usize::try_from(bracket.trailing_zeros() / 8 + 1).ok();
            }
        }
        None
    }

    /// What follows the string that the text is inside of.
    fn end_of_string<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let text = text.get(usize::from(self.is_escaped)..).unwrap_or_default();
        *self = Self::new(self.open);
        end_of_string(text).unwrap_or_default()
    }
}

/// The word without the marks of escaped bytes, and whether the byte after it is escaped.
#[inline]
fn without_escaped(mut word: u64, mut is_escaped: bool) -> (u64, bool) {
    if is_escaped {
        word &= !0xff;
        is_escaped = false;
    }
    let mut backslashes = word & lanes(BACKSLASH);
    while backslashes != 0 {
        let backslash = backslashes & backslashes.wrapping_neg();
        let next = (backslash << 8) | (backslash << 7);
        word &= !next;
        backslashes &= !(backslash | next);
        is_escaped = backslash.leading_zeros() < 8;
    }
    (word, is_escaped)
}

/// As [`end_of_levels`], for a text that is short or broken.
fn end_by_bytes(mut text: &[u8], mut open: usize) -> (&[u8], usize) {
    while open > 0 {
        let mut bytes = text.iter();
        let Some(structural) = bytes.find(|byte| is_structural(**byte)) else {
            return (&[], open);
        };
        text = bytes.as_slice();
        match structural {
            b'"' => text = end_of_string(text).unwrap_or_default(),
            b'{' | b'[' => open += 1,
            _ => open -= 1,
        }
    }
    (text, 0)
}

/// Quotes and brackets. A table, because every byte outside of strings is looked up.
fn is_structural(byte: u8) -> bool {
    #[allow(clippy::indexing_slicing, reason = "a byte has its place in the table")]
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut structural: &[u8] = b"\"{}[]";
        while let [byte, rest @ ..] = structural {
            table[*byte as usize] = true;
            structural = rest;
        }
        table
    };
    TABLE.get(usize::from(byte)).copied().unwrap_or_default()
}
