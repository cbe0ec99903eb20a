//! Tags as they will be sent.

use super::attribute::mix;
use crate::msgpack::{Msgpack, raw_texts, texts};

/// The longest value of a tag, in bytes. The agent cuts what is longer (`pkg/trace/agent/truncator.go`).
pub(crate) const VALUE_LIMIT: usize = 25_000;

/// Room for most tags of an invocation, or of what came before it.
const OF_INVOCATION: usize = 1_024;
/// Room for most tags of a call to another service.
const OF_CALL: usize = 384;

/// Tags whose values are texts, each written once.
#[derive(Debug, Clone)]
pub(crate) struct WrittenTags {
    /// Names and values in turn.
    written: Msgpack,
    count: usize,
    names: Names,
}

impl WrittenTags {
    /// None, with room for those of an invocation.
    pub(crate) fn new() -> Self {
        Self::with_room(OF_INVOCATION)
    }

    /// None, with room for those of a call to another service.
    pub(super) fn of_call() -> Self {
        Self::with_room(OF_CALL)
    }

    fn with_room(bytes: usize) -> Self {
        Self {
            written: Msgpack::with_capacity(bytes),
            count: 0,
            names: Names::default(),
        }
    }

    /// Adds copies of other tags.
    pub(crate) fn append(&mut self, others: &Self) {
        self.written.append(others.written());
        self.count += others.count;
        self.names.add_all(&others.names);
    }

    /// With a tag, if there is a value for it.
    #[inline]
    pub(crate) fn with(mut self, key: &'static str, value: Option<impl AsRef<str>>) -> Self {
        if let Some(value) = value {
            self.add(key, value.as_ref());
        }
        self
    }

    // Out of line: otherwise there would be a copy for each tag of each source.
    #[inline(never)]
    fn add(&mut self, key: &'static str, value: &str) {
        self.tag(key, value);
    }

    /// Adds a tag, of whose name there is none yet.
    #[inline]
    pub(crate) fn tag(&mut self, key: &'static str, value: &str) {
        self.name(key);
        self.written.text(value, VALUE_LIMIT);
    }

    /// The same, with a value that consists of these parts.
    #[cfg(any(feature = "aws", feature = "tower"))]
    pub(crate) fn tag_joined(&mut self, key: &'static str, parts: &[&str]) {
        self.name(key);
        self.written.joined(parts, VALUE_LIMIT);
    }

    #[inline]
    fn name(&mut self, key: &'static str) {
        debug_assert!(!self.has(key), "`{key}` is there twice");
        self.count += 1;
        self.names.add(key);
        self.written.key(key);
    }

    /// Adds a tag where there is a value for it.
    pub(crate) fn tag_if(&mut self, key: &'static str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.tag(key, value.as_ref());
        }
    }

    #[inline]
    pub(crate) fn has(&self, key: &str) -> bool {
        self.names.may_have(key) && self.walk_has(key)
    }

    #[inline(never)]
    fn walk_has(&self, key: &str) -> bool {
        let mut names = raw_texts(self.written.as_slice()).step_by(2);
        names.any(|name| name == key.as_bytes())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let mut tags = self.iter();
        tags.find_map(|(known, value)| (known == key).then_some(value))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut texts = texts(self.written.as_slice());
        std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The entries of a map of `MessagePack`.
    pub(crate) fn written(&self) -> &[u8] {
        self.written.as_slice()
    }
}

/// A filter of names. It spares most questions for a tag that isn't there the walk through the tags.
#[derive(Debug, Clone, Copy, Default)]
struct Names([u64; 4]);

impl Names {
    #[inline]
    fn add(&mut self, name: &str) {
        let (word, bit) = Self::place(name);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn add_all(&mut self, others: &Self) {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word |= other;
        }
    }

    #[inline]
    fn may_have(&self, name: &str) -> bool {
        let (word, bit) = Self::place(name);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    #[inline]
    fn place(name: &str) -> (usize, u64) {
        let hash = mix(name);
        (hash / 64 % 4, 1 << (hash % 64))
    }
}
