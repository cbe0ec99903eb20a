//! What one place of an event holds, read as a carrier.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::context::carrier::{Carrier, known_name};

/// How many characters of a value are shown.
const SHOWN: usize = 80;

/// A place in the event, and what it holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Its path, such as `Records[0].messageAttributes._datadog`.
    pub(super) path: String,
    /// The form of the value, such as "a String".
    pub(super) form: String,
    pub(super) carrier: Content,
}

/// What the value turned out to be.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Carrier(Carrier),
    /// Ids that are computed and not carried; the text says from what.
    Computed(String),
    /// A value that can't be read; the text names the problem.
    Unreadable(String),
}

impl Held {
    // Out of line, as everything here that many places need: it is seldom called, and small.
    #[cold]
    pub(super) fn new(path: &str, form: &str, carrier: Content) -> Self {
        Self {
            path: path.to_owned(),
            form: form.to_owned(),
            carrier,
        }
    }

    /// An object of headers, or a string that holds one as JSON.
    #[cold]
    pub(super) fn value(path: &str, value: &Value) -> Self {
        let form = form_of(value);
        let content = match value {
            Value::Object(_) => Content::Carrier(of_object(value)),
            Value::String(text) => of_text(text),
            _ => Content::Unreadable("it is neither an object nor a string".into()),
        };
        Self::new(path, form, content)
    }

    /// A message attribute of SQS or SNS, in any of its spellings.
    #[cold]
    pub(super) fn attribute(path: &str, attribute: &Value) -> Self {
        let text = |names: &[&str]| {
            let mut values = names
                .iter()
                .filter_map(|name| member(attribute, name)?.as_str());
            values.next()
        };
        let kind = text(&["dataType", "DataType", "Type"]).unwrap_or_default();
        let is_binary = kind.starts_with("Binary");
        let form = match kind {
            "" => "an attribute without a type".to_owned(),
            kind => format!("a {}", shown(kind)),
        };
        let value = text(&["Value"]);
        let plain = text(&["stringValue", "StringValue"]).or(value.filter(|_| !is_binary));
        let base64 = text(&["binaryValue", "BinaryValue"]).or(value.filter(|_| is_binary));
        let content = match (plain, base64) {
            (Some(plain), _) => of_text(plain),
            (None, Some(base64)) => of_base64(base64),
            (None, None) => Content::Unreadable("it has no value".into()),
        };
        Self::new(path, &form, content)
    }

    /// What the place holds, in words.
    pub(super) fn description(&self) -> String {
        match &self.carrier {
            Content::Carrier(carrier) => format!("{}: {}", self.form, headers(carrier)),
            Content::Computed(from) => format!("{}: {from}", self.form),
            Content::Unreadable(_) => self.form.clone(),
        }
    }
}

/// A member of an object.
// Twenty inlined copies take 5 KB.
#[inline(never)]
pub(super) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name)
}

/// Base64 of a JSON object.
pub(super) fn of_base64(base64: &str) -> Content {
    let Ok(bytes) = BASE64_STANDARD.decode(base64) else {
        return Content::Unreadable("it isn't Base64".into());
    };
    match String::from_utf8(bytes) {
        Ok(text) => of_text(&text),
        Err(_) => Content::Unreadable("its bytes aren't UTF-8".into()),
    }
}

#[cold]
fn of_text(text: &str) -> Content {
    match serde_json::from_str::<Value>(text) {
        Ok(object @ Value::Object(_)) => Content::Carrier(of_object(&object)),
        Ok(_) => Content::Unreadable("its text is JSON, but not an object".into()),
        Err(error) => Content::Unreadable(format!("its text isn't JSON: {error}")),
    }
}

fn of_object(object: &Value) -> Carrier {
    let json = serde_json::to_string(object).unwrap_or_default();
    Carrier::from_json(&json).unwrap_or_default()
}

fn form_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The propagation headers of a carrier with their values, and how many other entries it has.
fn headers(carrier: &Carrier) -> String {
    let is_known = |name: &str| known_name(name.as_bytes()).is_some();
    // The trace id comes first, whatever order a parser kept. There are a few: a sort takes more code than time.
    let rank = |name: &str| (!name.contains("trace"), name.to_owned());
    let mut known: Vec<(&str, &str)> = Vec::new();
    for (name, value) in carrier.iter().filter(|(name, _)| is_known(name)) {
        let at = known.partition_point(|(before, _)| rank(before) < rank(name));
        known.insert(at, (name, value));
    }
    let mut parts: Vec<String> = known
        .into_iter()
        .map(|(name, value)| format!("{name} {}", shown(value)))
        .collect();
    match carrier.len() - parts.len() {
        0 if parts.is_empty() => parts.push("empty".into()),
        0 => {}
        1 => parts.push("1 other entry".into()),
        others => parts.push(format!("{others} other entries")),
    }
    parts.join(", ")
}

/// A value with its control characters escaped, cut to [`SHOWN`] characters.
pub(super) fn shown(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(SHOWN)
        .flat_map(|character| {
            let is_plain = !character.is_control();
            let escaped = (!is_plain).then(|| character.escape_default());
            let plain = is_plain.then_some(character);
            plain.into_iter().chain(escaped.into_iter().flatten())
        })
        .collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
