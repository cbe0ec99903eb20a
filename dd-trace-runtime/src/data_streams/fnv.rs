//! FNV-1 with 64 bits: the hash in which Datadog's tracers identify a pathway.

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Takes text piece by piece; the pieces count as one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fnv(u64);

impl Fnv {
    pub(super) fn new() -> Self {
        Self(OFFSET_BASIS)
    }

    /// Multiplies before it takes a byte, which FNV-1a does the other way round.
    pub(super) fn with(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| {
            hash.wrapping_mul(PRIME) ^ u64::from(*byte)
        }))
    }

    pub(super) fn finish(self) -> u64 {
        self.0
    }
}
