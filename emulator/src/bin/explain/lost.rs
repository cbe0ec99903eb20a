//! Where the context got lost between a producer's carrier and a consumer's event.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use dd_trace_runtime::{Carrier, DatadogPropagator, Explanation, RawEvent, TraceContext, explain};
use lambda_runtime::Context;
use serde_json::Value;

/// How many levels of JSON in strings are followed: SNS in SQS has three.
const DEEPEST: usize = 6;

/// What happened to the producer's context, in a sentence or two.
pub(crate) fn story(carrier: &RawEvent, event: &RawEvent, found: &Explanation) -> String {
    let Some(sent) = sent(carrier) else {
        if itself(event).is_some() {
            return "The first file has no trace context, and the second one is a carrier: give the producer's carrier first, then the event."
                .into();
        }
        return "Lost at the producer: the first file has no trace context that a span could have as its parent. \
                `explain` of that file alone says why."
            .into();
    };
    let ids = format!(
        "trace {:032x}, parent {}",
        sent.trace_id(),
        sent.parent_id()
    );
    match found.parent() {
        Some(parent) if same_span(parent, &sent) => {
            let place = found.place().unwrap_or_default();
            format!("Not lost: the consumer continues {ids}, from `{place}`.")
        }
        Some(parent) if parent.trace_id() == sent.trace_id() => format!(
            "Not lost: the consumer is in the same trace, below span {} and not {}: a service between them made a span of its own.",
            parent.parent_id(),
            sent.parent_id()
        ),
        Some(parent) => format!(
            "Another trace won: the producer sent {ids}, the consumer took trace {:032x} from `{}`. {}",
            parent.trace_id(),
            found.place().unwrap_or_default(),
            where_it_is(&sent, event, found)
        ),
        None => format!(
            "Lost: the producer sent {ids}. {}",
            where_it_is(&sent, event, found)
        ),
    }
}

/// The context in a file that is a carrier, or a payload or event with one in it.
fn sent(carrier: &RawEvent) -> Option<TraceContext> {
    itself(carrier).or_else(|| explain(carrier, &Context::default()).parent().cloned())
}

/// The context in a file that is a carrier.
fn itself(file: &RawEvent) -> Option<TraceContext> {
    let carrier = file.as_str().ok().and_then(Carrier::from_json)?;
    DatadogPropagator::from_env().extract_trace_context(&carrier)
}

fn same_span(a: &TraceContext, b: &TraceContext) -> bool {
    (a.trace_id(), a.parent_id()) == (b.trace_id(), b.parent_id())
}

fn where_it_is(sent: &TraceContext, event: &RawEvent, found: &Explanation) -> String {
    let whole: Value = serde_json::from_slice(event.as_bytes()).unwrap_or_default();
    match place_of(&spellings(sent), &whole, "the event", DEEPEST) {
        Some(place) if is_read(&place, found) => format!(
            "Its trace id is in the event, at `{place}`. A source reads that place; why it passed it over is said below."
        ),
        Some(place) => format!(
            "Its trace id is in the event, at `{place}`. No source reads that place: write an extractor that does, and name it in `#[traced_handler(extractor = \"path::to_fn\")]`."
        ),
        None => "Its trace id is nowhere in the event: either the producer didn't write it into this message, or a service between them didn't pass it on.".into(),
    }
}

/// Whether a source has read a place, or one that contains it.
fn is_read(place: &str, found: &Explanation) -> bool {
    let told = serde_json::to_value(found).unwrap_or_default();
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned();
    let sources = list(told.get("sources")).into_iter().flatten();
    let mut places = sources
        .filter_map(|source| list(source.get("places")))
        .flatten();
    places.any(|read| {
        let path = read.get("path").and_then(Value::as_str);
        path.is_some_and(|path| place.starts_with(path))
    })
}

/// The trace id as the styles write it.
fn spellings(sent: &TraceContext) -> [String; 2] {
    let trace_id = sent.trace_id();
    let low = trace_id & u128::from(u64::MAX);
    [low.to_string(), format!("{low:016x}")]
}

/// The first place whose text has one of the spellings.
fn place_of(spellings: &[String; 2], value: &Value, path: &str, left: usize) -> Option<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| place_of(spellings, value, &join(path, name), left)),
        Value::Array(elements) => bytes_of(elements)
            .and_then(|text| in_text(spellings, &text, path, left))
            .or_else(|| {
                let mut elements = elements.iter().enumerate();
                elements.find_map(|(index, value)| {
                    place_of(spellings, value, &format!("{path}[{index}]"), left)
                })
            }),
        Value::String(text) => in_text(spellings, text, path, left),
        Value::Number(number) => is_in(spellings, &number.to_string()).then(|| path.to_owned()),
        Value::Null | Value::Bool(_) => None,
    }
}

fn in_text(spellings: &[String; 2], text: &str, path: &str, left: usize) -> Option<String> {
    if left == 0 {
        return None;
    }
    if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
        return place_of(spellings, &inner, &format!("{path} (JSON)"), left - 1);
    }
    if is_in(spellings, text) {
        return Some(path.to_owned());
    }
    let decoded = BASE64_STANDARD.decode(text).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok())?;
    in_text(spellings, &decoded, &format!("{path} (Base64)"), left - 1)
}

fn is_in(spellings: &[String; 2], text: &str) -> bool {
    let words = || text.split(|character: char| !character.is_ascii_alphanumeric());
    // The upper half of a 128-bit id may come before the lower half.
    let is_id = |word: &str| match word.len() {
        32 => spellings
            .iter()
            .any(|id| id.len() == 16 && word.ends_with(id.as_str())),
        _ => spellings.iter().any(|id| word == id),
    };
    words().any(is_id)
}

/// Kafka's headers are lists of numbers.
fn bytes_of(elements: &[Value]) -> Option<String> {
    let byte = |value: &Value| value.as_u64().and_then(|number| u8::try_from(number).ok());
    let bytes: Option<Vec<u8>> = elements.iter().map(byte).collect();
    String::from_utf8(bytes.filter(|bytes| !bytes.is_empty())?).ok()
}

fn join(path: &str, name: &str) -> String {
    match path {
        "the event" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
