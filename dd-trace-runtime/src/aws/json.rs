//! Changes members of a JSON object in its text, and no other byte.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::text::{End, Text as _};

/// The text of an object, and the places of its members.
#[derive(Debug)]
pub(super) struct Object<'a> {
    text: &'a str,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    /// From the quote of its name to the end of its value.
    whole: Range<usize>,
    /// Where its value starts.
    value: usize,
    /// Whether it is one of those that were asked for.
    is_wanted: bool,
}

impl<'a> Object<'a> {
    /// Reads the whole text and finds the wanted members. `None` unless it is a JSON object.
    pub(super) fn read(text: &'a str, is_wanted: impl Fn(&str) -> bool) -> Option<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let members = json.deserialize_map(Members { text, is_wanted }).ok()?;
        json.end().ok()?;
        Some(Self { text, members })
    }

    /// The text of a wanted member's value. If there are several, the last one, as parsers do.
    pub(super) fn value(&self) -> Option<&'a str> {
        self.text.get(self.values().next_back()?)
    }

    /// The places of the wanted members' values.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = Range<usize>> {
        let wanted = self.members.iter().filter(|member| member.is_wanted);
        wanted.map(|member| member.value..member.whole.end)
    }

    /// The text without the wanted members, each with one of the commas beside it.
    pub(super) fn without(&self) -> Option<String> {
        let (Some(first), Some(last)) = (self.members.first(), self.members.last()) else {
            return Some(self.text.to_owned());
        };
        let mut text = self.text.get(..first.whole.start)?.to_owned();
        let mut is_first = true;
        let mut before = first.whole.start;
        for member in &self.members {
            if !member.is_wanted {
                let start = if is_first { member.whole.start } else { before };
                text.push_str(self.text.get(start..member.whole.end)?);
                is_first = false;
            }
            before = member.whole.end;
        }
        text.push_str(self.text.get(last.whole.end..)?);
        Some(text)
    }

    /// The text with `value`, which is JSON, in place of the wanted members' values. Without any, `name` becomes the last
    /// member.
    pub(super) fn with(&self, name: &str, value: &str) -> Option<String> {
        let mut text = self.text.to_owned();
        if self.value().is_none() {
            let member = format!("\"{name}\":{value}");
            text.insert_last(End::of(text.as_bytes())?, &member);
        }
        for range in self.values().rev() {
            text.replace(range, value);
        }
        Some(text)
    }
}

/// Collects the places of the members.
struct Members<'a, F> {
    text: &'a str,
    is_wanted: F,
}

impl<F> Members<'_, F> {
    /// Where a part of the text starts in it.
    fn place(&self, part: &str) -> usize {
        let start = part.as_ptr().addr();
        start.wrapping_sub(self.text.as_ptr().addr())
    }
}

impl<'a, F: Fn(&str) -> bool> Visitor<'a> for Members<'a, F> {
    type Value = Vec<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Vec<Member>, A::Error> {
        let mut members = Vec::new();
        // Unwanted values are read, too, because they may not be valid JSON.
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let start = self.place(value.get());
            members.push(Member {
                whole: self.place(name.get())..start + value.get().len(),
                value: start,
                is_wanted: decode(name.get()).is_some_and(|name| (self.is_wanted)(&name)),
            });
        }
        Ok(members)
    }
}

/// The name without escapes; `None` for half of a surrogate pair.
fn decode(name: &str) -> Option<Cow<'_, str>> {
    if name.contains('\\') {
        return serde_json::from_str(name).ok().map(Cow::Owned);
    }
    let name = name.strip_prefix('"')?.strip_suffix('"')?;
    Some(Cow::Borrowed(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Object<'_>> {
        Object::read(text, |name| name == "a" || name == "b")
    }

    #[test]
    fn wanted_members_are_found_however_their_names_are_written() {
        for (text, values) in [
            ("{}", vec![]),
            (r#"{"a":1}"#, vec!["1"]),
            (r#" {"x":{"a":2}, "b" : [ 3 ] ,"y":"a"}"#, vec!["[ 3 ]"]),
            (r#"{"a":1,"\u0061":{"é":"}"}}"#, vec!["1", r#"{"é":"}"}"#]),
            (r#"{"\ud800":1,"a":2}"#, vec!["2"]),
        ] {
            let object = read(text).unwrap();
            let found: Vec<_> = object.values().map(|value| &text[value]).collect();
            assert_eq!(found, values, "{text}");
            assert_eq!(object.value(), values.last().copied());
        }
    }

    #[test]
    fn what_is_no_object_is_not_read() {
        for text in [
            "",
            " ",
            "null",
            "1",
            "[]",
            r#""{}""#,
            "{",
            "}",
            "{}}",
            "{},",
            "{}x",
            "{}{}",
            "{a}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":nope}"#,
            r#"{"a":01}"#,
            r#"{"a":"\x"}"#,
            "\u{feff}{}",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_object_of_any_depth_is_read() {
        let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&deep).is_some());
    }

    #[test]
    fn a_member_leaves_with_one_comma() {
        for (text, left) in [
            ("{ }", "{ }"),
            (r#"{"a":1}"#, "{}"),
            (r#"{ "a":1 , "b":2 }"#, "{  }"),
            (r#"{"a":1, "x":2}"#, r#"{"x":2}"#),
            (r#"{"x":2 , "a":1}"#, r#"{"x":2}"#),
            (r#"{"x":1,"a":2 ,"y":3}"#, r#"{"x":1 ,"y":3}"#),
            (
                r#"{"a":0,"x":1,"b":2,"a":3,"y":4,"b":5}"#,
                r#"{"x":1,"y":4}"#,
            ),
        ] {
            assert_eq!(
                read(text).unwrap().without().as_deref(),
                Some(left),
                "{text}"
            );
        }
    }

    #[test]
    fn a_value_takes_the_place_of_older_ones_or_becomes_the_last() {
        for (text, with) in [
            ("{}", r#"{"a":[]}"#),
            (r#"{"x":1 }"#, r#"{"x":1 ,"a":[]}"#),
            (
                r#"{"a":1, "x":"a","a" : 22}"#,
                r#"{"a":[], "x":"a","a" : []}"#,
            ),
        ] {
            let text = read(text).unwrap().with("a", "[]");
            assert_eq!(text.as_deref(), Some(with));
        }
    }
}
