//! The `x-datadog-*` headers.

use std::borrow::Cow;
use std::str::FromStr;

use opentelemetry::propagation::{Extractor, Injector};

use super::extracted::Extracted;
use super::{Style, hex};
use crate::context::header_text::is_tag;
use crate::context::trace_context::{DECISION_MAKER, TAG_PREFIX, TRACE_ID_HIGH, TraceContext};
use crate::log;

pub(super) const HEADERS: [&str; 5] = [TRACE_ID, PARENT_ID, SAMPLING_PRIORITY, ORIGIN, TAGS];

const TRACE_ID: &str = "x-datadog-trace-id";
const PARENT_ID: &str = "x-datadog-parent-id";
const SAMPLING_PRIORITY: &str = "x-datadog-sampling-priority";
const ORIGIN: &str = "x-datadog-origin";
const TAGS: &str = "x-datadog-tags";

/// A list of services in a retired format, which every tracer drops.
const UPSTREAM_SERVICES: &str = "_dd.p.upstream_services";

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
pub(super) fn ids(extractor: &dyn Extractor, tags_max_length: usize) -> Option<TraceContext> {
    let low = id(extractor, TRACE_ID).filter(|id| *id != 0)?;
    let parent_id = id(extractor, PARENT_ID).unwrap_or_default();
    let priority = number(extractor, SAMPLING_PRIORITY);
    let mut context = TraceContext::new(u128::from(low), parent_id, priority);
    let tags = extractor
        .get(TAGS)
        .filter(|tags| tags.len() <= tags_max_length);
    let high = tags.and_then(|tags| {
        let mut tags = tags.split(',');
        tags.find_map(|tag| hex::parse_u64(tag.strip_prefix(TRACE_ID_HIGH)?.strip_prefix('=')?))
    });
    if let Some(high) = high {
        context.set_trace_id_high(high);
    }
    Some(context)
}

/// As [`number`].
fn id(extractor: &dyn Extractor, header: &str) -> Option<u64> {
    let digits = extractor.get(header).and_then(decimal);
    digits.or_else(|| number(extractor, header))
}

/// Digits alone, in a fraction of what the standard library takes.
fn decimal(digits: &str) -> Option<u64> {
    // So many digits can't be too much.
    let (sure, rest) = digits.split_at_checked(19).unwrap_or((digits, ""));
    let value = |digit: u8| digit.wrapping_sub(b'0');
    let mut number: u64 = 0;
    for digit in sure.bytes().map(value) {
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    for digit in rest.bytes().map(value) {
        let digit = u64::from((digit <= 9).then_some(digit)?);
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
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
    for pair in header.split(',') {
        let Some((key, value)) = pair
            .split_once('=')
            .filter(|(key, value)| is_tag(key, value))
        else {
            // One bad tag makes the others doubtful: Datadog's tracers drop them all.
            context.clear_tags();
            context.propagation_error = Some(Cow::Borrowed("decoding_error"));
            return;
        };
        match key {
            TRACE_ID_HIGH => trace_id_high = Some(value),
            UPSTREAM_SERVICES => {}
            DECISION_MAKER if !is_decision_maker(value) => {
                context.propagation_error = Some(Cow::Borrowed("decoding_error"));
            }
            _ => {
                let suffix = key.strip_prefix(TAG_PREFIX);
                if let Some(suffix) = suffix.filter(|suffix| !suffix.is_empty()) {
                    context.set_tag(suffix, value.to_owned());
                }
            }
        }
    }
    match trace_id_high.map(|digits| (digits, hex::parse_u64(digits))) {
        None => {}
        Some((_, Some(high))) if high != 0 => context.set_trace_id_high(high),
        Some((digits, _)) => {
            context.propagation_error = Some(Cow::Owned(format!("malformed_tid {digits}")));
        }
    }
}

/// A sampling mechanism is written as its number after a minus sign.
fn is_decision_maker(value: &str) -> bool {
    value
        .strip_prefix('-')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Writes the headers; returns the `_dd.propagation_error`, if there is one.
pub(super) fn inject(
    context: &TraceContext,
    injector: &mut dyn Injector,
    tags_max_length: usize,
) -> Option<&'static str> {
    let (high, low) = context.trace_id_halves();
    if low == 0 {
        // No reader accepts 0 as a trace id, so the other headers would be useless.
        return None;
    }
    injector.set(TRACE_ID, low.to_string());
    injector.set(PARENT_ID, context.parent_id().to_string());
    if let Some(priority) = context.sampling_priority() {
        injector.set(SAMPLING_PRIORITY, priority.to_string());
    }
    if let Some(origin) = context.origin() {
        injector.set(ORIGIN, origin.to_owned());
    }
    match write_tags(context, high, tags_max_length) {
        Ok(tags) if tags.is_empty() => None,
        Ok(tags) => {
            injector.set(TAGS, tags);
            None
        }
        Err(error) => {
            // Without the upper half of the trace id, the next function would be in another trace.
            if high != 0 && tags_max_length > 0 {
                injector.set(TAGS, format!("{TRACE_ID_HIGH}={high:016x}"));
            }
            Some(error)
        }
    }
}

fn write_tags(
    context: &TraceContext,
    high: u64,
    max_length: usize,
) -> Result<String, &'static str> {
    let tags_length: usize = context.tags().map(|(k, v)| k.len() + v.len() + 2).sum();
    let mut tags = String::new();
    if high != 0 {
        tags.reserve(TRACE_ID_HIGH.len() + 1 + 16 + tags_length);
        tags.push_str(TRACE_ID_HIGH);
        tags.push('=');
        hex::push(&mut tags, high);
    } else {
        tags.reserve(tags_length);
    }
    for (key, value) in context.tags() {
        let separator = if tags.is_empty() { "" } else { "," };
        for part in [separator, key, "=", value] {
            tags.push_str(part);
        }
    }
    match max_length {
        _ if tags.len() <= max_length => Ok(tags),
        0 => Err("disabled"),
        _ => Err("inject_max_size"),
    }
}
