//! The W3C header `baggage`.
//!
//! Source: <https://www.w3.org/TR/baggage/>.

use std::borrow::Cow;

use opentelemetry::propagation::Extractor;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::context::carrier::Carrier;
use crate::context::header_text::is_printable;
use crate::context::trace_context::BaggageItem;
use crate::log;

pub(super) const HEADER: &str = "baggage";

/// The W3C's limits, for reading and writing.
const MAX_ITEMS: usize = 64;
const MAX_LENGTH: usize = 8192;

/// What is encoded in a value: everything that a `baggage-octet` can't be, and `%` and `=`, on which decoders
/// differ.
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b',')
    .add(b';')
    .add(b'=')
    .add(b'\\');

/// What is encoded in a key: everything that an HTTP token can't contain, and `%`.
const KEY: &AsciiSet = &VALUE
    .add(b'(')
    .add(b')')
    .add(b'/')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b']')
    .add(b'{')
    .add(b'}');

/// Reads the header. One malformed pair makes it empty, as in Datadog's tracers.
///
/// Whatever exceeds the limits is left out.
pub(super) fn extract(extractor: &dyn Extractor) -> Vec<BaggageItem> {
    let mut items = Vec::new();
    let mut length = 0;
    for pair in extractor
        .get_all(HEADER)
        .into_iter()
        .flatten()
        .flat_map(|value| value.split(','))
    {
        length += pair.len() + 1;
        if items.len() == MAX_ITEMS || length > MAX_LENGTH + 1 {
            log::debug!("baggage has over 64 items or 8192 bytes; the rest is left out");
            break;
        }
        let Some(item) = parse(pair) else {
            log::debug!(
                "baggage has `{}`; write `key=value`; all of it is ignored",
                log::excerpt(pair)
            );
            return Vec::new();
        };
        BaggageItem::put(&mut items, item);
    }
    items
}

fn parse(pair: &str) -> Option<BaggageItem> {
    let (pair, properties) = pair.split_once(';').unwrap_or((pair, ""));
    let (key, value) = pair.split_once('=')?;
    let (key, value) = (decode(key)?, decode(value)?);
    (!key.is_empty() && !value.is_empty()).then(|| BaggageItem {
        key: key.into_owned(),
        value: value.into_owned(),
        properties: properties.trim().to_owned(),
    })
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text.trim()).decode_utf8().ok()
}

/// Writes as much of the header as the limits allow.
pub(super) fn inject(items: &[BaggageItem], headers: &mut Carrier) {
    headers.write(HEADER, |out| push_items(out, items));
}

fn push_items(out: &mut String, items: &[BaggageItem]) {
    let start = out.len();
    let items = items
        .iter()
        .filter(|item| !item.key.is_empty() && !item.value.is_empty());
    for item in items.take(MAX_ITEMS) {
        let end = out.len();
        if end > start {
            out.push(',');
        }
        out.extend(utf8_percent_encode(&item.key, KEY));
        out.push('=');
        out.extend(utf8_percent_encode(&item.value, VALUE));
        if is_property(&item.properties) {
            out.push(';');
            out.push_str(&item.properties);
        }
        if out.len() - start > MAX_LENGTH {
            out.truncate(end);
            log::debug!("baggage is over 8192 bytes; the rest is left out");
            break;
        }
    }
}

/// Whether the header can hold the text as it is.
fn is_property(properties: &str) -> bool {
    !properties.is_empty() && is_printable(properties) && !properties.contains(',')
}
