//! Looking into JSON without building it: members are borrowed, what nobody asks for is skipped, and
//! reading stops as soon as the answer is known.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

/// What to read of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// Nothing: step over it.
    Nothing,
    /// All of it.
    Whole,
    /// The first element, if it is an array; what follows is read only if nothing was found.
    First,
}

/// Sees the members of an object in the order of the text.
pub(crate) trait Members<'a> {
    /// Says how much of the member `name` it wants.
    fn want(&mut self, name: &str) -> Read;

    /// Takes what it wanted; `Break` ends the reading.
    fn take(&mut self, name: &str, value: &'a RawValue) -> ControlFlow<()>;
}

/// Shows the members of the object `json` to `members`.
///
/// Text that is not an object has no members; text that is broken has those before the break.
pub(crate) fn members<'a>(json: &'a [u8], members: &mut impl Members<'a>) {
    let mut json = serde_json::Deserializer::from_slice(json);
    // The error is how reading stops early, and how broken text ends: either way all is said.
    let _ = json.deserialize_map(Object(members));
}

/// A string without its quotes and escapes.
pub(crate) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    let Text(text) = serde_json::from_str(value.get()).ok()?;
    Some(text)
}

/// An object key, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Ends a read that is done; never seen by anybody.
const DONE: &str = "done";

struct Object<'m, M>(&'m mut M);

impl<'a, M: Members<'a>> Visitor<'a> for Object<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            match self.0.want(&name) {
                Read::Nothing => {
                    map.next_value::<IgnoredAny>()?;
                }
                Read::Whole => {
                    let value = map.next_value()?;
                    if self.0.take(&name, value).is_break() {
                        return Err(A::Error::custom(DONE));
                    }
                }
                Read::First => map.next_value_seed(First {
                    members: self.0,
                    name: &name,
                })?,
            }
        }
        Ok(())
    }
}

struct First<'m, 'n, M> {
    members: &'m mut M,
    name: &'n str,
}

impl<'a, M: Members<'a>> DeserializeSeed<'a> for First<'_, '_, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Whatever is not an array is stepped over.
impl<'a, M: Members<'a>> Visitor<'a> for First<'_, '_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        if let Some(first) = seq.next_element()? {
            if self.members.take(self.name, first).is_break() {
                return Err(A::Error::custom(DONE));
            }
            while seq.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<(), A::Error> {
        IgnoredAny.visit_map(map).map(drop)
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
