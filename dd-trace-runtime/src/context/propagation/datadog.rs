//! The `x-datadog-*` headers.

use std::borrow::Cow;
use std::str::FromStr;

use opentelemetry::propagation::Extractor;

use super::Style;
use super::dd_member::push_priority;
use super::extracted::Extracted;
use super::ids::Ids;
use crate::context::carrier::Carrier;
use crate::context::header_text::{is_tag, split, split_once};
use crate::context::propagation_tags::PropagationTags;
use crate::context::trace_context::{DECISION_MAKER, TAG_PREFIX, TRACE_ID_HIGH, TraceContext};
use crate::digits::{parse_decimal, parse_hex_u64, push_decimal, push_hex};
use crate::log;

pub(super) const HEADERS: [&str; 5] = [TRACE_ID, PARENT_ID, SAMPLING_PRIORITY, ORIGIN, TAGS];

const TRACE_ID: &str = "x-datadog-trace-id";
const PARENT_ID: &str = "x-datadog-parent-id";
const SAMPLING_PRIORITY: &str = "x-datadog-sampling-priority";
const ORIGIN: &str = "x-datadog-origin";
const TAGS: &str = "x-datadog-tags";

/// The tag with the upper half of the trace id, in bytes.
const TRACE_ID_HIGH_LENGTH: usize = TRACE_ID_HIGH.len() + "=".len() + 16;

/// Reads the headers; `None` if they have no trace id.
pub(super) fn extract(extractor: &dyn Extractor, tags_max_length: usize) -> Option<Extracted> {
    let low = id(extractor, TRACE_ID).filter(|id| *id != 0)?;
    let parent_id = id(extractor, PARENT_ID);
    let priority = number(extractor, SAMPLING_PRIORITY);
    let mut context = TraceContext::new(u128::from(low), parent_id.unwrap_or_default(), priority);
    if let Some(origin) = extractor.get(ORIGIN) {
        context.set_origin(origin.to_owned());
    }
    match extractor.get(TAGS) {
        None | Some("") => {}
        Some(tags) => read_tags(tags, tags_max_length, &mut context),
    }
    Some(Extracted {
        style: Style::Datadog,
        usable: parent_id.is_some() && context.is_usable(),
        context,
    })
}

/// The ids and the priority alone.
pub(super) fn ids(extractor: &dyn Extractor, tags_max_length: usize) -> Option<Ids> {
    let low = id(extractor, TRACE_ID).filter(|id| *id != 0)?;
    let tags = extractor
        .get(TAGS)
        .filter(|tags| tags.len() <= tags_max_length);
    let high = tags.and_then(|tags| {
        let mut tags = split(tags, b',');
        tags.find_map(|tag| parse_hex_u64(tag.strip_prefix(TRACE_ID_HIGH)?.strip_prefix('=')?))
    });
    Some(Ids {
        trace_id: (u128::from(high.unwrap_or_default()) << 64) | u128::from(low),
        parent_id: id(extractor, PARENT_ID).unwrap_or_default(),
        priority: number(extractor, SAMPLING_PRIORITY),
    })
}

/// As [`number`].
fn id(extractor: &dyn Extractor, header: &str) -> Option<u64> {
    let digits = extractor
        .get(header)
        .and_then(|digits| parse_decimal(digits.as_bytes()));
    digits.or_else(|| number(extractor, header))
}

/// A decimal number. Anything else counts as missing.
fn number<T: FromStr>(extractor: &dyn Extractor, header: &str) -> Option<T> {
    let text = extractor.get(header)?;
    let number = text.trim_ascii().parse().ok();
    if number.is_none() {
        log::debug!(
            "{header} is `{}`; write a decimal number; ignored",
            log::excerpt(text)
        );
    }
    number
}

fn read_tags(header: &str, max_length: usize, context: &mut TraceContext) {
    if header.len() > max_length {
        let disabled = max_length == 0;
        context.propagation_error = Some(Cow::Borrowed(if disabled {
            "disabled"
        } else {
            "extract_max_size"
        }));
        return;
    }
    let mut trace_id_high = None;
    for pair in split(header, b',') {
        let Some((key, value)) = split_once(pair, b'=').filter(|(key, value)| is_tag(key, value))
        else {
            // One bad tag makes the others doubtful: Datadog's tracers drop them all.
            *context.propagation_tags_mut() = PropagationTags::new();
            context.propagation_error = Some(Cow::Borrowed("decoding_error"));
            return;
        };
        if key == TRACE_ID_HIGH {
            trace_id_high = Some(value);
            continue;
        }
        let suffix = key.strip_prefix(TAG_PREFIX);
        if let Some(suffix) = suffix.filter(|suffix| !suffix.is_empty()) {
            let is_kept = context.propagation_tags_mut().put(suffix, value);
            // The one tag whose value has to be of a form.
            if !is_kept && key == DECISION_MAKER {
                context.propagation_error = Some(Cow::Borrowed("decoding_error"));
            }
        }
    }
    match trace_id_high.map(|digits| (digits, parse_hex_u64(digits))) {
        None => {}
        Some((_, Some(high))) if high != 0 => context.set_trace_id_high(high),
        Some((digits, _)) => {
            context.propagation_error = Some(Cow::Owned(format!("malformed_tid {digits}")));
        }
    }
}

/// Writes the headers; returns the `_dd.propagation_error`, if there is one.
pub(super) fn inject(
    context: &TraceContext,
    headers: &mut Carrier,
    tags_max_length: usize,
) -> Option<&'static str> {
    let (high, low) = context.trace_id_halves();
    if low == 0 {
        // No reader accepts 0 as a trace id, so the other headers would be useless.
        return None;
    }
    headers.write(TRACE_ID, |out| push_decimal(out, low));
    headers.write(PARENT_ID, |out| push_decimal(out, context.parent_id()));
    if let Some(priority) = context.sampling_priority() {
        headers.write(SAMPLING_PRIORITY, |out| push_priority(out, priority));
    }
    if let Some(origin) = context.origin() {
        headers.write(ORIGIN, |out| out.push_str(origin));
    }
    let tags = context.propagation_tags().as_str();
    let error = refusal(length(high, tags), tags_max_length);
    headers.write(TAGS, |out| {
        let has_room = tags_max_length > 0;
        // Without the upper half of the trace id, the next function would be in another trace.
        if high != 0 && has_room {
            out.push_str(TRACE_ID_HIGH);
            out.push('=');
            push_hex(out, high);
        }
        if error.is_none() && !tags.is_empty() {
            out.push_str(if high != 0 { "," } else { "" });
            out.push_str(tags);
        }
    });
    error
}

/// How long `x-datadog-tags` is with all tags.
fn length(trace_id_high: u64, tags: &str) -> usize {
    match (trace_id_high, tags.len()) {
        (0, tags) => tags,
        (_, 0) => TRACE_ID_HIGH_LENGTH,
        (_, tags) => TRACE_ID_HIGH_LENGTH + 1 + tags,
    }
}

fn refusal(length: usize, max_length: usize) -> Option<&'static str> {
    match max_length {
        _ if length <= max_length => None,
        0 => Some("disabled"),
        _ => Some("inject_max_size"),
    }
}
