//! Payload capture: the function's event and response as tags of its span.

mod encoded;
mod secrets;
mod tail;
#[cfg(test)]
mod tests;

use opentelemetry::KeyValue;
use serde::de::IgnoredAny;

use self::secrets::{REDACTED, is_secret, without_secrets};
use crate::json::{Level, Reader};
use crate::log;
use crate::msgpack::cut;

/// The most tags that a payload becomes. A debug line says when it has more values.
const MAX_TAGS: usize = 200;

/// The most levels that a setting can ask for: hostile nesting must cost no stack.
const MAX_DEPTH: usize = 64;

/// The longest name of a tag, in bytes: the agent cuts longer ones.
const MAX_KEY: usize = 200;

/// The longest value, in bytes, as in Datadog's libraries.
const MAX_VALUE: usize = 5_000;

/// The tags of the JSON text `payload`, with names that begin with `prefix`. Each value that isn't an object or a
/// list becomes a tag. What lies deeper than `max_depth` becomes one tag, as JSON text.
///
/// A string that is itself a JSON object or list is read as one, which takes a level. A value whose key names a
/// secret is redacted, whatever it is. A body in Base64 that is neither JSON nor a form is left out.
///
/// Whatever the payload, the tags take at most [`MAX_TAGS`] times [`MAX_KEY`] and [`MAX_VALUE`] bytes.
pub(crate) fn tags(prefix: &str, payload: &[u8], max_depth: usize) -> Vec<KeyValue> {
    let mut capture = Capture {
        max_depth: max_depth.min(MAX_DEPTH),
        tags: Vec::new(),
        is_full: false,
    };
    capture.value(prefix, None, &mut Reader::new(payload), 0);
    if capture.is_full {
        log::debug!("`{prefix}` has more than {MAX_TAGS} values; the others are not captured");
    }
    capture.tags
}

struct Capture {
    max_depth: usize,
    tags: Vec<KeyValue>,
    is_full: bool,
}

impl Capture {
    /// `name` is the key of the innermost object around the value.
    fn value(&mut self, key: &str, name: Option<&str>, json: &mut Reader<'_>, depth: usize) {
        if name.is_some_and(is_secret) {
            return self.tag(key, REDACTED);
        }
        if depth >= self.max_depth {
            return self.tag(key, &tail::text(json, MAX_VALUE));
        }
        if let Some(text) = json.string() {
            return self.text(key, name, &text, depth);
        }
        let encoded = depth == 0 && encoded::is_encoded(json);
        if let Some(object) = json.object() {
            self.object(key, json, object, depth, encoded);
        } else if let Some(list) = json.array() {
            self.list(key, name, json, list, depth);
        } else {
            self.tag(key, json.raw().unwrap_or_default());
        }
    }

    fn text(&mut self, key: &str, name: Option<&str>, text: &str, depth: usize) {
        if is_nested(text) {
            self.value(key, name, &mut Reader::new(text.as_bytes()), depth + 1);
        } else {
            self.tag(key, &without_secrets(text));
        }
    }

    /// `encoded` says whether the object's body is in Base64.
    fn object(
        &mut self,
        key: &str,
        json: &mut Reader<'_>,
        object: Level,
        depth: usize,
        encoded: bool,
    ) {
        while !self.is_full
            && let Some(name) = json.member(object)
        {
            let name = String::from_utf8_lossy(&name);
            let key = below(key, &name);
            if encoded
                && name == encoded::BODY
                && let Some(body) = json.string()
            {
                if let Some(text) = encoded::decode(&body) {
                    self.text(&key, Some(&name), &text, depth + 1);
                }
            } else {
                self.value(&key, Some(&name), json, depth + 1);
            }
        }
    }

    fn list(
        &mut self,
        key: &str,
        name: Option<&str>,
        json: &mut Reader<'_>,
        list: Level,
        depth: usize,
    ) {
        let mut index = 0;
        while !self.is_full && json.element(list) {
            self.value(&below(key, &index.to_string()), name, json, depth + 1);
            index += 1;
        }
    }

    fn tag(&mut self, key: &str, value: &str) {
        if self.tags.len() >= MAX_TAGS {
            self.is_full = true;
            return;
        }
        let value = cut(value, MAX_VALUE).to_owned();
        self.tags.push(KeyValue::new(key.to_owned(), value));
    }
}

/// The name of the tag for the member `name` of `key`. A long one is cut here and not later: each of many values below
/// it would hold a copy.
fn below(key: &str, name: &str) -> String {
    let path = [key, ".", cut(name, MAX_KEY)].concat();
    cut(&path, MAX_KEY).to_owned()
}

/// Whether a text is a JSON object or list.
fn is_nested(text: &str) -> bool {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins && serde_json::from_str::<IgnoredAny>(text).is_ok()
}
