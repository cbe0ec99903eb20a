//! Which formats have room for one more member.
//!
//! A format that counts members instead of naming them would read one more as something else. Most say so by
//! `is_human_readable`. Two kinds don't: tables, and serde's own adapters, which answer for every format as if
//! it were text. A serializer has nothing else that tells but the names of its types.

use std::any::type_name;

use serde::Serializer;

/// A header or a schema fixes the fields.
const FIXED: [&str; 3] = ["apache_avro", "csv", "csv_async"];

/// Members stand there in their order, without names.
const COUNTING: [&str; 3] = ["bincode", "postcard", "bcs"];

/// Serde's adapters for tags and for `flatten`, and typetag's, which keep `is_human_readable` to themselves.
const ADAPTERS: [&str; 3] = [
    "TaggedSerializer<",
    "FlatMapSerializer<",
    "ContentSerializer<",
];

/// Formats that name their members, and take an object for every one. If they fail, the writer below them did.
const NEVER_REFUSING: [&str; 10] = [
    "serde_json",
    "simd_json",
    "sonic_rs",
    "json5",
    "serde_json5",
    "ron",
    "serde_yaml",
    "serde_yaml_ng",
    "serde_norway",
    "serde_yml",
];

/// Formats that name their members, too, but may refuse a name or a value.
const REFUSING: [&str; 4] = ["toml", "toml_edit", "quick_xml", "serde_dynamo"];

/// Whether the format names its members, and stays what it is behind an adapter.
fn is_self_describing(format: &str) -> bool {
    NEVER_REFUSING.contains(&format) || REFUSING.contains(&format)
}

/// Whether the format may refuse a member of this name or with such a value, and still write the others. A binary
/// format has said before how many there are, and erased-serde panics if it is used after a failure.
pub(super) fn may_refuse<S: Serializer>(format: &str, serializer: &S) -> bool {
    !NEVER_REFUSING.contains(&format) && !is_erased(format) && serializer.is_human_readable()
}

/// Whether erased-serde, or typetag above it, hides the format.
pub(super) fn is_erased(format: &str) -> bool {
    format == "erased_serde"
}

/// Whether one more member can stand in what `serializer` writes. Of binary formats the user says so.
pub(super) fn has_room<S: Serializer>(format: &str, serializer: &S, in_binary: bool) -> bool {
    if is_self_describing(format) && serializer.is_human_readable() {
        // As most: there is no need to search the name of the serializer.
        return true;
    }
    if FIXED.contains(&format) || COUNTING.contains(&format) {
        return false;
    }
    let serializer_type = type_name::<S>();
    let is_hidden = is_erased(format)
        || ADAPTERS
            .iter()
            .any(|adapter| serializer_type.contains(adapter));
    if in_binary {
        true
    } else if is_hidden {
        is_self_describing(format)
    } else {
        // MessagePack can be set to be human-readable, and still counts members.
        let counts = format == "rmp_serde" && !serializer_type.contains("StructMapConfig");
        serializer.is_human_readable() && !counts
    }
}

/// The name of a format's crate, which the functions above take: its type of errors is the same behind every adapter.
pub(super) fn of_error<E>() -> &'static str {
    let path = type_name::<E>();
    // As bincode's.
    let path = path.strip_prefix("alloc::boxed::Box<").unwrap_or(path);
    let name = path.bytes().position(|byte| byte == b':');
    name.and_then(|end| path.get(..end)).unwrap_or(path)
}
