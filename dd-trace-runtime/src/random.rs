//! Random bits, for ids.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

use crate::sync::lock;

/// A generator seeded by the system. A clone is the same generator.
///
/// OpenTelemetry has one for each thread, which can't be seeded again: all copies of a snapshot would make the
/// same ids.
#[derive(Clone)]
pub(crate) struct Random(Arc<Mutex<SmallRng>>);

impl Random {
    pub(crate) fn from_system() -> Self {
        Self(Arc::new(Mutex::new(seeded())))
    }

    /// Forgets its state, from which the next ids would follow.
    pub(crate) fn reseed(&self) {
        *self.lock() = seeded();
    }

    pub(crate) fn u64(&self) -> u64 {
        self.lock().random()
    }

    pub(crate) fn u128(&self) -> u128 {
        self.lock().random()
    }

    fn lock(&self) -> MutexGuard<'_, SmallRng> {
        lock(&self.0)
    }

    /// Another generator in the same state, as in the copy of a process's memory.
    #[cfg(test)]
    pub(crate) fn copied(&self) -> Self {
        Self(Arc::new(Mutex::new(self.lock().clone())))
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

/// If the system has no randomness, the time and the process id are used: ids that are easy to guess are better
/// than no trace.
fn seeded() -> SmallRng {
    SmallRng::try_from_os_rng().unwrap_or_else(|_| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let process = u64::from(std::process::id());
        let nanoseconds = u64::from(now.subsec_nanos()) << 32;
        SmallRng::seed_from_u64(now.as_secs() ^ nanoseconds ^ process.rotate_left(16))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_make_the_same_bits_until_they_are_seeded_again() {
        let original = Random::from_system();
        let copy = original.copied();
        assert_eq!(original.u64(), copy.u64());
        assert_eq!(original.u128(), copy.u128());
        original.reseed();
        copy.reseed();
        assert_ne!(original.u64(), copy.u64());
    }

    #[test]
    fn a_clone_is_the_same_generator() {
        let original = Random::from_system();
        let (clone, copy) = (original.clone(), original.copied());
        let _ = copy.u64();
        clone.u64();
        assert_eq!(original.u64(), copy.u64());
    }
}
