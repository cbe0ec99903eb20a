//! The event, as someone has saved it.

use std::io::Read;

use dd_trace_runtime::RawEvent;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The most that is read: Lambda's events have at most 6 MiB, or 20 MiB on managed instances.
const LARGEST: u64 = 64 * 1024 * 1024;

pub(crate) fn read(path: &str) -> Result<RawEvent, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("`{path}`: {error}"))?;
    event(file).map_err(|error| format!("`{path}`: {error}"))
}

pub(crate) fn read_stdin() -> Result<RawEvent, String> {
    event(std::io::stdin().lock()).map_err(|error| format!("standard input: {error}"))
}

fn event(source: impl Read) -> Result<RawEvent, String> {
    let mut bytes = Vec::new();
    // One byte more shows that there is more.
    let read = source.take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 64 MiB, and no event of Lambda's is".into());
    }
    event_in(&text_of(bytes)?).map(RawEvent::from)
}

/// UTF-8, or the UTF-16 that a redirection in Windows PowerShell writes.
fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| from(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.map_err(|_| "its text isn't UTF-16, though it begins so".to_owned())
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|_| "its text isn't UTF-8".to_owned()),
    }
}

/// The event in a text: all of it, or what stands in a line of a log.
fn event_in(text: &str) -> Result<String, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err("it is empty; save the event there".into());
    }
    let Err(problem) = serde_json::from_str::<IgnoredAny>(text) else {
        return Ok(in_record(text).unwrap_or_else(|| text.to_owned()));
    };
    if let Some(inner) = object_in(text) {
        return Ok(inner.to_owned());
    }
    let numbered = text.lines().enumerate();
    let events: Vec<_> = numbered
        .filter_map(|(index, line)| Some((index + 1, event_of_line(line)?)))
        .collect();
    match events.as_slice() {
        [] => Err(format!(
            "it has no event: an event is JSON, and this isn't: {problem}"
        )),
        [(_, event)] => Ok(event.clone()),
        [(first, _), .., (last, _)] => Err(format!(
            "it has {} events, from line {first} to line {last}; give one of them",
            events.len()
        )),
    }
}

fn event_of_line(line: &str) -> Option<String> {
    let object = object_in(line)?;
    Some(in_record(object).unwrap_or_else(|| object.to_owned()))
}

/// The JSON object in a text, which may have words before it and after it.
fn object_in(text: &str) -> Option<&str> {
    let (from, to) = text.find('{').zip(text.rfind('}'))?;
    let inner = text.get(from..=to)?;
    serde_json::from_str::<IgnoredAny>(inner)
        .is_ok()
        .then_some(inner)
}

/// The event in the message of a record of a JSON log.
fn in_record(json: &str) -> Option<String> {
    let record: Value = serde_json::from_str(json).ok()?;
    record.get("timestamp")?;
    record.get("level")?;
    let message = record.get("message");
    let message = message.or_else(|| record.get("fields")?.get("message"))?;
    match message {
        Value::String(text) => object_in(text).map(str::to_owned),
        Value::Object(_) => Some(message.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_of_a_log_line_is_found() {
        for (text, json) in [
            (r#"{"a":1}"#, r#"{"a":1}"#),
            ("\u{feff} {\"a\":1}\n", r#"{"a":1}"#),
            (
                r#"2026-11-28T05:00:00Z INFO event: {"a":{"b":1}}"#,
                r#"{"a":{"b":1}}"#,
            ),
            (r#"event {"a":1} (1 ms)"#, r#"{"a":1}"#),
            (
                "START RequestId: {x}\n{\"a\":1}\nEND RequestId: {x}\n",
                r#"{"a":1}"#,
            ),
            (
                r#"{"timestamp":"2026","level":"INFO","fields":{"message":"event: {\"a\":1}"}}"#,
                r#"{"a":1}"#,
            ),
            (
                r#"{"timestamp":"2026","level":"INFO","message":{"a":1}}"#,
                r#"{"a":1}"#,
            ),
            (
                r#"{"timestamp":"2026","level":"INFO","message":"no event"}"#,
                r#"{"timestamp":"2026","level":"INFO","message":"no event"}"#,
            ),
            (r#""a text""#, r#""a text""#),
            ("[1]", "[1]"),
            ("null", "null"),
        ] {
            assert_eq!(event_in(text).as_deref(), Ok(json), "{text}");
        }
    }

    #[test]
    fn what_holds_no_event_is_said() {
        for (text, problem) in [
            ("", "it is empty"),
            (" \n", "it is empty"),
            (r#"{"a":"#, "EOF while parsing"),
            ("no event", "an event is JSON, and this isn't"),
            ("{'a': 1}", "key must be a string"),
            ("Event { payload: 1 }", "it has no event"),
            (
                "{\"a\":1}\n\n{\"b\":2}\n",
                "it has 2 events, from line 1 to line 3; give one of them",
            ),
        ] {
            let said = event_in(text).unwrap_err();
            assert!(said.contains(problem), "{text}: {said}");
        }
    }

    #[test]
    fn text_of_either_encoding_is_read() {
        let little: Vec<u8> = "\u{feff}{\"é\":1}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = little
            .as_chunks()
            .0
            .iter()
            .flat_map(|[a, b]| [*b, *a])
            .collect();
        for bytes in [little, big] {
            assert_eq!(event_in(&text_of(bytes).unwrap()).unwrap(), "{\"é\":1}");
        }
        assert!(text_of(vec![0xff, 0xfe, 0x00, 0xd8]).is_err());
        assert!(text_of(vec![0xff, 0x00]).is_err());
    }

    #[test]
    fn a_file_that_is_too_large_is_not_cut() {
        let spaces = std::io::repeat(b' ').take(LARGEST + 9);
        let said = event(spaces).unwrap_err();
        assert!(said.contains("larger than 64 MiB"), "{said}");
    }
}
