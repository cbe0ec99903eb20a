//! The event, as someone has saved it.

use std::io::Read;

use dd_trace_runtime::RawEvent;

/// The most that is read: Lambda's events have at most 6 MiB, or 20 MiB on managed instances.
const LARGEST: u64 = 64 * 1024 * 1024;

pub(crate) fn read(path: &str) -> Result<RawEvent, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("`{path}`: {error}"))?;
    event(file).map_err(|error| format!("`{path}`: {error}"))
}

pub(crate) fn read_stdin() -> Result<RawEvent, String> {
    event(std::io::stdin().lock())
}

fn event(source: impl Read) -> Result<RawEvent, String> {
    let mut bytes = Vec::new();
    let read = source.take(LARGEST).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "the file isn't UTF-8".to_owned())?;
    Ok(RawEvent::from(json_of(&text).to_owned()))
}

/// A line copied out of CloudWatch has words before the event, and perhaps after it.
fn json_of(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json(text) {
        return text;
    }
    let inner = text.find('{').zip(text.rfind('}'));
    let inner = inner.and_then(|(from, to)| text.get(from..=to));
    inner.filter(|inner| is_json(inner)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::json_of;

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
            (r#"{"a":"#, r#"{"a":"#),
            ("no event", "no event"),
        ] {
            assert_eq!(json_of(text), json);
        }
    }
}
