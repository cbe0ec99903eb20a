//! Identifiers in the forms that AWS uses.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A random number. The standard library's hash seeds are random enough here.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A random (version 4) UUID.
pub(crate) fn uuid() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff,
    )
}

/// The `X-Amzn-Trace-Id` that Lambda makes for an invocation that has none and isn't traced by X-Ray.
pub(crate) fn xray_trace_header(now: SystemTime) -> String {
    let epoch = since_epoch(now).as_secs();
    let (unique, tail, parent) = (random(), random(), random());
    format!(
        "Root=1-{epoch:08x}-{unique:016x}{:08x};Parent={parent:016x};Sampled=0;Lineage=1:{:08x}:0",
        tail >> 32,
        tail & 0xffff_ffff,
    )
}

/// Time since 1970; a clock before it counts as 1970.
pub(crate) fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_five_groups_and_its_version_and_is_new_each_time() {
        let id = uuid();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(
            id.chars().all(|c| c == '-' || c.is_ascii_hexdigit()),
            "{id}"
        );
        assert_eq!(&id[14..15], "4", "{id}");
        assert!("89ab".contains(&id[19..20]), "{id}");
        assert_ne!(id, uuid());
    }

    #[test]
    fn a_trace_header_has_the_second_it_was_made_in() {
        let header = xray_trace_header(UNIX_EPOCH + Duration::from_secs(0x5bef_4de7));
        assert!(header.starts_with("Root=1-5bef4de7-"), "{header}");
        let root = header.split(';').next().unwrap();
        assert_eq!(root.len(), "Root=1-5bef4de7-".len() + 24, "{header}");
    }
}
