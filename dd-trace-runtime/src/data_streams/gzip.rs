//! Gzip, in which Datadog takes the counts (RFC 1952), with the one kind of repetition that they have: runs of a byte.
//!
//! A general compressor zeroes some 350 KB before each body, and the usual body has half a kilobyte. One that is longer
//! has sketches, whose bins are mostly zero.

/// The body in gzip.
pub(super) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD.len() + body.len() + body.len() / 8 + 16);
    bytes.extend_from_slice(&HEAD);
    let mut bits = Bits::new(bytes);
    bits.push(LAST_WITH_FIXED_CODES, 3);
    for run in body.chunk_by(|one, next| one == next) {
        if let [byte, copies @ ..] = run {
            bits.literal(*byte);
            bits.repeat(*byte, copies.len());
        }
    }
    bits.code(END, 7);
    let mut bytes = bits.finish();
    bytes.extend_from_slice(&crc(body).to_le_bytes());
    // Modulo 2^32, as the RFC says.
    let [a, b, c, d, ..] = (body.len() as u64).to_le_bytes();
    bytes.extend_from_slice(&[a, b, c, d]);
    bytes
}

/// Without a name and a time, of an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The head of a block: `BFINAL`, and `BTYPE` 01 (RFC 1951, 3.2.3).
const LAST_WITH_FIXED_CODES: u16 = 0b011;
/// The codes of RFC 1951, 3.2.6.
const END: u16 = 0;
const LONGEST_COPY: u16 = 258;
const CODE_OF_LONGEST: u16 = 0b1100_0101;
const ONE_BACK: u16 = 0;

/// A stream of bits, the first of which is the lowest of a byte.
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            held: 0,
            count: 0,
        }
    }

    fn push(&mut self, value: u16, bits: u32) {
        self.held |= u32::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// The first bit of a code is its highest.
    fn code(&mut self, code: u16, bits: u32) {
        self.push(code.reverse_bits() >> (u16::BITS - bits), bits);
    }

    fn literal(&mut self, byte: u8) {
        match u16::from(byte) {
            byte @ ..144 => self.code(0x30 + byte, 8),
            byte => self.code(0x190 - 144 + byte, 9),
        }
    }

    /// The byte before, so many times again. Copies of 11 to 257 bytes would need a table and save little.
    fn repeat(&mut self, byte: u8, mut times: usize) {
        while times >= LONGEST_COPY.into() {
            self.code(CODE_OF_LONGEST, 8);
            self.code(ONE_BACK, 5);
            times -= usize::from(LONGEST_COPY);
        }
        while let Ok(length @ 3..) = u16::try_from(times.min(10)) {
            self.code(length - 2, 7);
            self.code(ONE_BACK, 5);
            times -= usize::from(length);
        }
        for _ in 0..times {
            self.literal(byte);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0, 7);
        self.bytes
    }
}

/// The check of RFC 1952, 8.
fn crc(body: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let place = usize::from(crc.to_le_bytes()[0] ^ byte);
        crc >> 8 ^ CRC_OF_BYTES.get(place).copied().unwrap_or_default()
    };
    !body.iter().fold(!0, step)
}

#[allow(clippy::indexing_slicing, reason = "a byte has its place in the table")]
static CRC_OF_BYTES: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = crc_of_byte(byte);
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

const fn crc_of_byte(byte: u8) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let mut crc = byte as u32;
    let mut bit = 0;
    while bit < 8 {
        crc = crc >> 1 ^ if crc & 1 == 1 { POLYNOMIAL } else { 0 };
        bit += 1;
    }
    crc
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    /// Another implementation reads it, which compares the check and the length.
    fn read_back(sent: &[u8]) -> Vec<u8> {
        let mut read = Vec::new();
        GzDecoder::new(sent).read_to_end(&mut read).unwrap();
        read
    }

    #[test]
    fn runs_of_every_byte_and_length_are_read_back() {
        let lengths = (0..=30)
            .chain(250..=300)
            .chain([515, 516, 517, 519, 774, 100_000]);
        for length in lengths {
            for byte in [0, 1, 143, 144, 255] {
                let mut body = vec![byte; length];
                assert_eq!(read_back(&gzip(&body)), body, "{length} of {byte}");
                body.push(byte ^ 1);
                assert_eq!(read_back(&gzip(&body)), body, "{length} of {byte}, and one");
            }
        }
    }

    proptest! {
        #[test]
        fn a_body_is_read_back(parts in prop::collection::vec((any::<u8>(), 1..600_usize), 0..40)) {
            let runs = parts.iter().map(|(byte, length)| vec![*byte; *length]);
            let body = runs.collect::<Vec<_>>().concat();
            prop_assert_eq!(read_back(&gzip(&body)), body);
        }

        #[test]
        fn a_body_without_runs_is_read_back(body: Vec<u8>) {
            let sent = gzip(&body);
            prop_assert!(sent.len() <= 22 + body.len() + body.len() / 8);
            prop_assert_eq!(read_back(&sent), body);
        }
    }

    #[test]
    fn a_long_body_of_zeros_is_short() {
        // The counts of a sketch with two bins that are as far apart as bins can be.
        let mut sketch = vec![0; 2_048 * 8];
        for place in [6, 7, 16_382, 16_383] {
            sketch[place] = 0x3f;
        }
        let body = sketch.repeat(100);
        let sent = gzip(&body);
        assert_eq!(read_back(&sent), body);
        assert!(sent.len() * 80 < body.len(), "{}", sent.len());
    }
}
