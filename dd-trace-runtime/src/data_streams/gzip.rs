//! Gzip, in which Datadog takes the counts (RFC 1952).
//!
//! A compressor zeroes some 350 KB before each body, and the usual body has half a kilobyte: it would cost more than
//! the rest of an invocation. So only long bodies are compressed, those with many sketches, which are mostly zeros.

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compression, Crc};

/// Without a name and a time, of an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The head of the last block, with bytes as they are (RFC 1951, 3.2.4).
const LAST_AND_STORED: u8 = 1;

/// The body in gzip.
pub(super) fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    match u16::try_from(body.len()) {
        Ok(length) => Some(stored(body, length)),
        Err(_) => compressed(body),
    }
}

/// As the one block that so short a body fits into.
fn stored(body: &[u8], length: u16) -> Vec<u8> {
    /// What stands around the body.
    const AROUND: usize = HEAD.len() + 1 + 2 + 2 + 4 + 4;
    let mut crc = Crc::new();
    crc.update(body);
    let mut gzip = Vec::with_capacity(AROUND + body.len());
    gzip.extend_from_slice(&HEAD);
    gzip.push(LAST_AND_STORED);
    gzip.extend_from_slice(&length.to_le_bytes());
    gzip.extend_from_slice(&(!length).to_le_bytes());
    gzip.extend_from_slice(body);
    gzip.extend_from_slice(&crc.sum().to_le_bytes());
    gzip.extend_from_slice(&u32::from(length).to_le_bytes());
    gzip
}

/// At the level that ddtrace asks for.
fn compressed(body: &[u8]) -> Option<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    // Neither fails in memory.
    gzip.write_all(body).ok()?;
    gzip.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    /// It compares the check and the length.
    fn read_back(sent: &[u8]) -> Vec<u8> {
        let mut read = Vec::new();
        GzDecoder::new(sent).read_to_end(&mut read).unwrap();
        read
    }

    #[test]
    fn a_body_of_any_length_is_read_back() {
        let byte = |place: usize| u8::try_from(place * place % 251).unwrap();
        for length in [0, 1, 500, 65_534, 65_535, 65_536, 200_000] {
            let body: Vec<u8> = (0..length).map(byte).collect();
            assert_eq!(read_back(&gzip(&body).unwrap()), body, "{length}");
        }
    }

    #[test]
    fn a_short_body_is_sent_as_it_is() {
        let sent = gzip(b"counts").unwrap();
        assert_eq!(sent.len(), "counts".len() + 23);
        assert!(sent.windows(6).any(|part| part == b"counts"));
    }

    #[test]
    fn a_long_body_of_zeros_is_short() {
        // The counts of sketches with two bins that are as far apart as bins can be.
        let mut sketch = vec![0; 2_048 * 8];
        for place in [6, 7, 16_382, 16_383] {
            sketch[place] = 0x3f;
        }
        let body = sketch.repeat(100);
        let sent = gzip(&body).unwrap();
        assert_eq!(read_back(&sent), body);
        assert!(sent.len() * 80 < body.len(), "{}", sent.len());
    }
}
