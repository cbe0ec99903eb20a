//! Payload capture: the function's event and response as tags of its span.

mod encoded;
mod secrets;
mod tail;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use opentelemetry::KeyValue;
use serde::de::IgnoredAny;

use self::secrets::{REDACTED, is_secret, without_secrets};
use crate::json::{Level, Reader};
use crate::log;
use crate::msgpack::cut;

/// How many tags a payload may become; a line in the log says where it has more.
const MAX_TAGS: usize = 200;

/// The deepest that a setting may ask for: hostile nesting must cost no stack.
const MAX_DEPTH: usize = 64;

/// The longest name of a tag, in bytes: the agent cuts what is longer.
const MAX_KEY: usize = 200;

/// The longest value, in bytes, as in Datadog's libraries.
const MAX_VALUE: usize = 5_000;

/// The tags of the JSON text `payload`, whose names begin with `prefix`: one for each value that isn't an
/// object or a list, however deep; below `max_depth`, one for the rest as it stands in the text.
///
/// A text that is itself an object or a list in JSON is looked into, at the price of one level. A value
/// whose key names a secret is left out, whatever it is. So is a body in Base64 that is neither JSON nor a form.
///
/// Whatever the payload is, the tags take [`MAX_TAGS`] times [`MAX_KEY`] and [`MAX_VALUE`] bytes at most.
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

    /// `encoded` says that its body is in Base64.
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

/// The name of what stands under `name` within `key`. A long one is cut here and not later, or each of many
/// values below it would hold a copy.
fn below(key: &str, name: &str) -> String {
    let path = [key, ".", cut(name, MAX_KEY)].concat();
    cut(&path, MAX_KEY).to_owned()
}

/// Whether a text is an object or a list in JSON.
fn is_nested(text: &str) -> bool {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The text of bytes that may be cut anywhere.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
