//! What lies below the deepest level of tags, as JSON text without its secrets.

use super::secrets::{REDACTED, is_secret, without_secrets};
use super::{MAX_DEPTH, is_nested};
use crate::json::Reader;
use crate::msgpack::cut;

/// The next value as JSON text, cut to `limit` bytes.
pub(super) fn text(json: &mut Reader<'_>, limit: usize) -> String {
    let mut tail = Tail {
        text: String::new(),
        limit,
    };
    if let Some(text) = json.clone().string()
        && !is_nested(&text)
    {
        return cut(&without_secrets(&text), limit).to_owned();
    }
    tail.value(None, json, 0);
    cut(&tail.text, limit).to_owned()
}

struct Tail {
    text: String,
    limit: usize,
}

impl Tail {
    fn is_full(&self) -> bool {
        self.text.len() > self.limit
    }

    fn value(&mut self, name: Option<&str>, json: &mut Reader<'_>, depth: usize) {
        if name.is_some_and(is_secret) {
            return self.quoted(REDACTED);
        }
        // Anything deeper is left out.
        if depth > MAX_DEPTH {
            return self.text.push('…');
        }
        if let Some(text) = json.string() {
            // A string that holds JSON is written as that JSON, or its secrets would pass.
            if is_nested(&text) {
                self.value(name, &mut Reader::new(text.as_bytes()), depth + 1);
            } else {
                self.quoted(&without_secrets(&text));
            }
        } else if let Some(object) = json.object() {
            self.text.push('{');
            let mut separator = "";
            while !self.is_full()
                && let Some(name) = json.member(object)
            {
                let name = String::from_utf8_lossy(&name);
                self.text.push_str(separator);
                self.quoted(&name);
                self.text.push(':');
                self.value(Some(&name), json, depth + 1);
                separator = ",";
            }
            self.text.push('}');
        } else if let Some(list) = json.array() {
            self.text.push('[');
            let mut separator = "";
            while !self.is_full() && json.element(list) {
                self.text.push_str(separator);
                self.value(name, json, depth + 1);
                separator = ",";
            }
            self.text.push(']');
        } else {
            self.text
                .push_str(cut(json.raw().unwrap_or_default(), self.limit));
        }
    }

    fn quoted(&mut self, text: &str) {
        let text = serde_json::to_string(cut(text, self.limit));
        self.text.push_str(&text.unwrap_or_default());
    }
}
