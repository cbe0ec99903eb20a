//! Span pointers: what was written to S3 or DynamoDB, as a hash that reader and writer compute alike.
//!
//! The hashes follow Datadog's rules (`dd-span-pointer-rules`), as its tracers do.

use sha2::{Digest, Sha256};

use crate::digits::push_hex;

/// A link between the writer of something and its readers, by a hash that both sides compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpanPointer {
    /// `aws.s3.object` or `aws.dynamodb.item`.
    pub(crate) kind: &'static str,
    pub(crate) hash: String,
}

impl SpanPointer {
    /// An object, by its plain key, and by its `ETag` with quotes or without.
    pub(crate) fn of_object(bucket: &str, key: &[u8], etag: &str) -> Self {
        let etag = etag.trim_matches('"');
        Self {
            kind: "aws.s3.object",
            hash: hash(&[bucket.as_bytes(), key, etag.as_bytes()]),
        }
    }

    /// An item, by the one or two attributes of its primary key, in any order; `None` for any other number.
    pub(crate) fn of_item<N, V>(table: &str, mut key: Vec<(N, V)>) -> Option<Self>
    where
        N: AsRef<str> + Ord,
        V: AsRef<[u8]> + Ord,
    {
        // A key of more than two gives none: a sort would be kilobytes of code for nothing.
        if !key.is_sorted() {
            key.reverse();
        }
        let no_more = ("", &[][..]);
        let mut parts = key
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()));
        let (first, second) = (parts.next()?, parts.next().unwrap_or(no_more));
        if parts.next().is_some() {
            return None;
        }
        let parts: [&[u8]; 5] = [
            table.as_bytes(),
            first.0.as_bytes(),
            first.1,
            second.0.as_bytes(),
            second.1,
        ];
        Some(Self {
            kind: "aws.dynamodb.item",
            hash: hash(&parts),
        })
    }
}

/// The first half of the SHA-256 of the parts.
fn hash(parts: &[&[u8]]) -> String {
    let digest = Sha256::digest(parts.join(&b'|'));
    let number = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    let mut text = String::with_capacity(32);
    for half in digest.chunks_exact(8).take(2) {
        push_hex(&mut text, half.iter().fold(0, number));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Datadog's rules.
    #[test]
    fn an_object_has_the_hash_of_datadog_s_tracers() {
        let objects = [
            (
                "some-bucket",
                "some-key.data",
                "ab12ef34",
                "e721375466d4116ab551213fdea08413",
            ),
            (
                "some-bucket",
                "some-key.你好",
                "ab12ef34",
                "d1333a04b9928ab462b5c6cadfa401f4",
            ),
            (
                "mybucket",
                "mykey",
                "\"123abc\"",
                "8d49f5b0b742484159d4cd572bae1ce5",
            ),
            (
                "my-bucket",
                "uploads/a b.txt",
                "d41d8",
                "435d05535b48e730770269f770d0a800",
            ),
        ];
        for (bucket, key, etag, hash) in objects {
            let pointer = SpanPointer::of_object(bucket, key.as_bytes(), etag);
            assert_eq!((pointer.kind, &*pointer.hash), ("aws.s3.object", hash));
        }
    }

    #[test]
    fn an_item_has_the_hash_of_datadog_s_tracers_whatever_the_order_of_its_key() {
        let some = ("some-key", b"some-value".to_vec());
        let other = ("other-key", b"123".to_vec());
        let items = [
            (vec![some.clone()], Some("7f1aee721472bcb48701d45c7c7f7821")),
            (
                vec![("some-key", b"123.456".to_vec())],
                Some("434a6dba3997ce4dbbadc98d87a0cc24"),
            ),
            (
                vec![("some-key", b"some-value\n".to_vec())],
                Some("f03a7e69e4cc7cdc57fb3b1fe476a8fe"),
            ),
            (
                vec![some.clone(), other.clone()],
                Some("7aa1b80b0e49bd2078a5453399f4dd67"),
            ),
            (
                vec![other.clone(), some.clone()],
                Some("7aa1b80b0e49bd2078a5453399f4dd67"),
            ),
            (vec![], None),
            (vec![some, other, ("third", vec![])], None),
        ];
        for (key, hash) in items {
            let pointer = SpanPointer::of_item("some-table", key);
            assert_eq!(pointer.map(|pointer| pointer.hash).as_deref(), hash);
        }
    }
}
