//! Looks into JSON without building it: borrows what is asked for and steps over the rest.
//!
//! - In: bytes that should be JSON.
//! - Out: borrowed slices of them.
//! - Next: [`context`](crate::context) and [`event`](crate::event), which know what to look for.
//!
//! A [`Reader`] goes over the text once, from front to back, and only as far as it is asked to. It checks only
//! what it needs to find its way. The parser of the event reports what is wrong with the text.

mod bytes;
mod escaped;
mod levels;
mod skip;
mod string;
#[cfg(test)]
mod tests;
pub(crate) mod word;

use std::borrow::Cow;

pub(crate) use escaped::each_text as each_escaped_text;
use levels::end_of_levels;
use skip::{end_of_scalar, end_of_string, next_mark};
use string::Text;
use word::Word;

/// A place in JSON text.
///
/// Broken text ends at the break, as if every open object and array were closed there.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// How many objects and arrays are open.
    depth: usize,
    /// Whether the value of the member or element that was just named is still ahead.
    unread: bool,
}

/// Where a value stands: all that a [`Reader`] of the value needs to know, in half the space.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a>(&'a [u8]);

impl<'a> Place<'a> {
    pub(crate) fn reader(self) -> Reader<'a> {
        Reader::new(self.0)
    }
}

/// An object or an array that has been entered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level(usize);

impl<'a> Reader<'a> {
    /// At the start of `json`, where one value stands.
    pub(crate) fn new(json: &'a [u8]) -> Self {
        Self {
            rest: json,
            depth: 0,
            unread: true,
        }
    }

    /// Where the value that comes next stands.
    pub(crate) fn place(&self) -> Place<'a> {
        Place(self.rest)
    }

    /// Enters the value that comes next, if it is an object.
    pub(crate) fn object(&mut self) -> Option<Level> {
        self.enter(b'{')
    }

    /// Enters the value that comes next, if it is an array.
    pub(crate) fn array(&mut self) -> Option<Level> {
        self.enter(b'[')
    }

    /// Goes on to the next member of `object` and returns its name. Steps over whatever has not been read of
    /// the member before.
    // Out of line, as is `enter`: both are called wherever events are read, and inlining them takes 15 KB more.
    #[inline(never)]
    pub(crate) fn member(&mut self, object: Level) -> Option<Cow<'a, [u8]>> {
        if !self.advance(object) {
            return None;
        }
        // As most are written: no escapes, and no white space.
        if let Some(inside) = self.rest.strip_prefix(b"\"")
            && let Some((b'"', after)) = next_mark(inside)
            && let Some(value) = after.strip_prefix(b":")
        {
            self.rest = value;
            self.unread = true;
            return inside
                .get(..inside.len() - after.len() - 1)
                .map(Cow::Borrowed);
        }
        self.any_name()
    }

    #[inline(never)]
    fn any_name(&mut self) -> Option<Cow<'a, [u8]>> {
        // Nobody asks for a name that isn't valid text, but its value can be stepped over.
        let name = self.take_string()?.says.unwrap_or_default();
        if self.peek() != Some(b':') {
            return self.give_up();
        }
        self.step();
        self.unread = true;
        Some(name)
    }

    /// Goes on to the next element of `array`; `false` at its end.
    pub(crate) fn element(&mut self, array: Level) -> bool {
        let is_there = self.advance(array);
        self.unread |= is_there;
        is_there
    }

    /// Whether `level` has ended. It never has if the text is cut off inside it.
    pub(crate) fn has_left(&self, Level(level): Level) -> bool {
        self.depth < level
    }

    /// The members `names` of the object that comes next, each ready to be read. If a name is repeated, the
    /// last member counts, as it does to a parser.
    pub(crate) fn members<const N: usize>(mut self, names: [&[u8]; N]) -> [Option<Self>; N] {
        self.read_members(names)
    }

    /// As [`members`](Self::members), and goes on to what follows the object.
    pub(crate) fn read_members<const N: usize>(&mut self, names: [&[u8]; N]) -> [Option<Self>; N] {
        let mut found = [const { None }; N];
        let Some(object) = self.object() else {
            return found;
        };
        while let Some(name) = self.member(object) {
            let slots = names.iter().zip(&mut found);
            for (_, slot) in slots.filter(|(known, _)| ***known == *name) {
                *slot = Some(self.clone());
            }
        }
        found
    }

    /// Reads the value that comes next, if it is a string and valid text.
    pub(crate) fn string(&mut self) -> Option<Cow<'a, str>> {
        if !self.unread || self.peek() != Some(b'"') {
            return None;
        }
        if let Some(text) = self.plain_string() {
            return std::str::from_utf8(text).ok().map(Cow::Borrowed);
        }
        match self.take_string()?.says? {
            Cow::Borrowed(text) => std::str::from_utf8(text).ok().map(Cow::Borrowed),
            Cow::Owned(text) => String::from_utf8(text).ok().map(Cow::Owned),
        }
    }

    /// As [`string`](Self::string), or the first string of a list.
    pub(crate) fn first_string(&mut self) -> Option<Cow<'a, str>> {
        let Some(list) = self.array() else {
            return self.string();
        };
        while self.element(list) {
            if let Some(text) = self.string() {
                return Some(text);
            }
        }
        None
    }

    /// Reads the value that comes next, if it is a list of numbers that are bytes.
    ///
    /// Of a list of more than `limit`, the result has one byte more, and the list is still the value that comes next.
    pub(crate) fn byte_list(&mut self, limit: usize) -> Option<Vec<u8>> {
        if !self.unread || self.peek() != Some(b'[') {
            return None;
        }
        let (bytes, rest) = bytes::read(self.rest, limit)?;
        if let Some(rest) = rest {
            self.rest = rest;
            self.unread = false;
        }
        Some(bytes)
    }

    /// Reads the value that comes next, as it stands in the text.
    pub(crate) fn raw(&mut self) -> Option<&'a str> {
        self.raw_bytes()
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// As [`raw`](Self::raw), for text that may not be UTF-8.
    pub(crate) fn raw_bytes(&mut self) -> Option<&'a [u8]> {
        if !self.unread || self.peek().is_none() {
            return None;
        }
        let value = self.rest;
        self.skip();
        value.get(..value.len() - self.rest.len())
    }

    /// As [`raw`](Self::raw), if the value is a string. The result has the quotes and escapes of the text.
    pub(crate) fn raw_string(&mut self) -> Option<&'a [u8]> {
        if !self.unread || self.peek() != Some(b'"') {
            return None;
        }
        self.raw_bytes()
    }

    /// The text from here to its end.
    pub(crate) fn ahead(&self) -> &'a [u8] {
        self.rest
    }

    /// Goes on to what follows the value that comes next, which is so many bytes long.
    pub(crate) fn pass(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
        self.unread = false;
    }

    /// Whether nothing follows but the end of the object around the value that was read.
    pub(crate) fn ends_its_object(&self) -> bool {
        self.rest.trim_ascii() == b"}"
    }

    /// Whether `word` occurs anywhere ahead.
    pub(crate) fn mentions_ahead(&self, word: &Word) -> bool {
        word.find(self.rest).is_some()
    }

    /// The members ahead that `word` names, at any depth and at most so many, each ready to be read; `None` if the
    /// word stands anywhere else.
    ///
    /// A search takes a fraction of what reading takes. A quote inside a string has a backslash before it, so that the
    /// word between two quotes without one is all of a string.
    pub(crate) fn members_ahead(&self, word: &Word, most: usize) -> Option<Vec<Self>> {
        let mut members = Vec::new();
        for place in word.find_iter(self.rest).take(most) {
            let (before, name) = self.rest.split_at_checked(place)?;
            let is_name = before.ends_with(b"\"") && !before.ends_with(b"\\\"");
            let after = name.get(word.needle().len()..)?.strip_prefix(b"\"")?;
            let value = after.trim_ascii_start().strip_prefix(b":");
            members.push(Self::new(value.filter(|_| is_name)?));
        }
        Some(members)
    }

    /// Whether `word` occurs in the value that comes next.
    pub(crate) fn mentions(mut self, word: &Word) -> bool {
        // A search is cheaper than going to the end of the value, and most often finds nothing.
        if !self.mentions_ahead(word) {
            return false;
        }
        let value = self.raw_bytes();
        value.is_some_and(|value| word.find(value).is_some())
    }

    #[inline(never)]
    fn enter(&mut self, opening: u8) -> Option<Level> {
        if !self.unread || self.peek() != Some(opening) {
            return None;
        }
        self.step();
        self.unread = false;
        self.depth += 1;
        Some(Level(self.depth))
    }

    /// Goes on to the next item of `level`. Returns `false` at the end of `level`, and steps over that end.
    #[inline]
    fn advance(&mut self, Level(level): Level) -> bool {
        if self.depth < level {
            return false;
        }
        if self.depth > level {
            self.leave(level);
        }
        if self.unread {
            self.skip();
        }
        let mut next = self.peek();
        if next == Some(b',') {
            self.step();
            next = self.peek();
        }
        match next {
            Some(b'}' | b']') => {
                self.step();
                self.depth -= 1;
                false
            }
            next => next.is_some(),
        }
    }

    /// Steps over the rest of what is open below `depth`.
    #[inline(never)]
    fn leave(&mut self, depth: usize) {
        let (rest, open) = end_of_levels(self.rest, self.depth.saturating_sub(depth));
        self.rest = rest;
        self.depth = depth + open;
        self.unread = false;
    }

    /// Steps over the value that comes next.
    #[inline(never)]
    fn skip(&mut self) {
        self.unread = false;
        match self.peek() {
            Some(b'"') => {
                self.step();
                self.rest = end_of_string(self.rest).unwrap_or_default();
            }
            Some(b'{' | b'[') => {
                let depth = self.depth;
                self.step();
                self.depth += 1;
                self.leave(depth);
            }
            _ => self.rest = end_of_scalar(self.rest),
        }
    }

    /// Reads the string that comes next if it has no escapes, which nearly all have not.
    fn plain_string(&mut self) -> Option<&'a [u8]> {
        let inside = self.rest.strip_prefix(b"\"")?;
        let (b'"', after) = next_mark(inside)? else {
            return None;
        };
        self.unread = false;
        self.rest = after;
        inside.get(..inside.len() - after.len() - 1)
    }

    fn take_string(&mut self) -> Option<Text<'a>> {
        if self.peek() != Some(b'"') {
            return self.give_up();
        }
        let Some(text) = string::read(self.rest) else {
            return self.give_up();
        };
        self.unread = false;
        self.rest = text.rest;
        Some(text)
    }

    /// Steps over white space and returns the byte after it.
    fn peek(&mut self) -> Option<u8> {
        while let Some((b' ' | b'\n' | b'\t' | b'\r', rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    fn step(&mut self) {
        self.rest = self.rest.split_first().map_or(&[], |(_, rest)| rest);
    }

    fn give_up<T>(&mut self) -> Option<T> {
        self.rest = &[];
        None
    }
}
