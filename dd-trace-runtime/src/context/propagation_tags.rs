//! The tags that travel with a trace, as one text.

use std::ops::Range;

use super::header_text::is_tag;
use super::trace_context::TAG_PREFIX;

/// How many tags travel with a trace. `x-datadog-tags` has space for about fifty.
pub(crate) const MAX_TAGS: usize = 64;

/// `_dd.p.dm=-4,_dd.p.usr.id=42`: as in `x-datadog-tags`, but without `_dd.p.tid`. A process that changes none of
/// them sends them on as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PropagationTags(String);

impl PropagationTags {
    pub(crate) const fn new() -> Self {
        Self(String::new())
    }

    pub(crate) fn as_str(&self) -> &str {
        let Self(text) = self;
        text
    }

    /// The tags, the names with their prefix.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.as_str()
            .split(',')
            .filter_map(|tag| tag.split_once('='))
    }

    /// Sets the tag `_dd.p.<suffix>`, unless a header can't hold it or its reader drops it. Returns whether it travels.
    pub(crate) fn set(&mut self, suffix: &str, value: &str) -> bool {
        is_tag(suffix, value) && self.put(suffix, value)
    }

    /// As [`set`](Self::set), for a tag that a header can hold. When the tags are full, only those that a decision
    /// sets are added.
    pub(super) fn put(&mut self, suffix: &str, value: &str) -> bool {
        if !is_taken(suffix, value) {
            return false;
        }
        let place = self.place(suffix);
        let Self(text) = self;
        match place {
            Ok(tag) => {
                let name = TAG_PREFIX.len() + suffix.len() + 1;
                text.replace_range(tag.start + name..tag.end, value);
                return true;
            }
            Err(MAX_TAGS..) if !matches!(suffix, "dm" | "ksr") => return false,
            Err(_) => {}
        }
        let separator = if text.is_empty() { "" } else { "," };
        let parts = [separator, TAG_PREFIX, suffix, "=", value];
        text.reserve(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            text.push_str(part);
        }
        true
    }

    /// Removes the tag `_dd.p.<suffix>`.
    pub(crate) fn remove(&mut self, suffix: &str) {
        let Ok(tag) = self.place(suffix) else {
            return;
        };
        let Self(text) = self;
        let with_separator = if tag.end < text.len() {
            tag.start..tag.end + 1
        } else {
            tag.start.saturating_sub(1)..tag.end
        };
        text.replace_range(with_separator, "");
    }

    /// Whether there is a tag `_dd.p.<suffix>`.
    pub(super) fn has(&self, suffix: &str) -> bool {
        self.place(suffix).is_ok()
    }

    /// Where the tag stands in the text; if it doesn't, how many others do.
    fn place(&self, suffix: &str) -> Result<Range<usize>, usize> {
        let is_named = |tag: &str| {
            let rest = tag.strip_prefix(TAG_PREFIX)?.strip_prefix(suffix)?;
            rest.starts_with('=').then_some(())
        };
        let (mut start, mut others) = (0, 0);
        while let Some(rest) = self.as_str().get(start..).filter(|rest| !rest.is_empty()) {
            let tag = rest.split(',').next().unwrap_or_default();
            let end = start + tag.len();
            if is_named(tag).is_some() {
                return Ok(start..end);
            }
            start = end + 1;
            others += 1;
        }
        Err(others)
    }
}

/// Whether the next reader of `x-datadog-tags` takes the tag.
fn is_taken(suffix: &str, value: &str) -> bool {
    match suffix {
        "dm" => is_decision_maker(value),
        // A list of services in a retired format, which every tracer drops.
        "upstream_services" => false,
        _ => true,
    }
}

/// A sampling mechanism is written as its number after a minus sign.
fn is_decision_maker(value: &str) -> bool {
    value
        .strip_prefix('-')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tags: &[(&str, &str)]) -> PropagationTags {
        let mut all = PropagationTags::new();
        for (suffix, value) in tags {
            assert!(all.set(suffix, value), "{suffix}");
        }
        all
    }

    #[test]
    fn a_tag_is_replaced_in_its_place() {
        let mut tags = of(&[("dm", "-1"), ("d", "x=y"), ("usr.id", "42")]);
        assert_eq!(tags.as_str(), "_dd.p.dm=-1,_dd.p.d=x=y,_dd.p.usr.id=42");
        for (suffix, value) in [("d", "longer"), ("dm", "-4"), ("usr.id", "7")] {
            assert!(tags.set(suffix, value));
        }
        assert_eq!(tags.as_str(), "_dd.p.dm=-4,_dd.p.d=longer,_dd.p.usr.id=7");
    }

    #[test]
    fn a_tag_that_is_removed_leaves_no_comma_behind() {
        for (removed, left) in [
            ("a", "_dd.p.b=2,_dd.p.c=3"),
            ("b", "_dd.p.a=1,_dd.p.c=3"),
            ("c", "_dd.p.a=1,_dd.p.b=2"),
            ("d", "_dd.p.a=1,_dd.p.b=2,_dd.p.c=3"),
        ] {
            let mut tags = of(&[("a", "1"), ("b", "2"), ("c", "3")]);
            tags.remove(removed);
            assert_eq!(tags.as_str(), left);
        }
        let mut only = of(&[("a", "1")]);
        only.remove("a");
        assert_eq!(only, PropagationTags::new());
    }

    #[test]
    fn the_tags_of_a_decision_have_room_among_any_others() {
        let mut tags = PropagationTags::new();
        for number in 0..2 * MAX_TAGS {
            assert_eq!(tags.set(&format!("t{number}"), "1"), number < MAX_TAGS);
        }
        assert!(tags.set("t0", "2") && tags.set("dm", "-4") && tags.set("ksr", "0.5"));
        assert_eq!(tags.iter().count(), MAX_TAGS + 2);
    }
}
