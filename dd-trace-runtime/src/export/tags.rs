//! The tags of a span: texts in `meta`, numbers in `metrics`.

use opentelemetry::trace::SpanKind;
use opentelemetry::{KeyValue, Value};

use super::decision::{TraceTags, origin};
use super::error::{ErrorTags, is_exception};
use super::limits::{KEY_LIMIT, VALUE_LIMIT};
use super::member::Member;
use super::process::Process;
use super::single::{Single, for_each};
use super::{events, numbers};
use crate::conventions::{Attributes, INFERRED, kind_name, unique_attributes};
use crate::digits::push_hex;
use crate::msgpack::{Msgpack, OpenMap};
use crate::sampler::Kept;

/// `trace` is what the first span of a chunk says about the trace.
pub(super) fn encode_meta(
    member: &Member<'_>,
    trace: Option<&TraceTags<'_>>,
    process: &Process,
    out: &mut Msgpack,
) {
    let span = member.span;
    let mut meta = Tags::open(out, Some(&member.attributes));
    meta.own_text("span.kind", kind_name(&span.span_kind));
    if process.on_lambda {
        meta.own_text("_dd.origin", "lambda");
    } else if let Some(origin) = origin(&*span.trace) {
        meta.own_text("_dd.origin", origin);
    }
    if member.service != process.service {
        meta.own_text("_dd.base_service", &process.service);
    } else if let Some(version) = process.version.as_ref().filter(|_| member.enters_service()) {
        meta.own_text("version", version);
    }
    for (key, value) in &*process.tags {
        meta.text_if_not_given(key, value);
    }
    if let Some(trace) = trace {
        root_meta(&mut meta, trace, member, process);
    }
    let error = ErrorTags::of(span, &member.attributes);
    for (key, value) in error.tags() {
        meta.own_text(key, value);
    }
    if span.events.iter().any(is_exception) {
        meta.own_text("_dd.span_events.has_exception", "true");
    }
    if let Some(events) = events::json(&span.events) {
        meta.own_text("events", &events);
    }
    for (key, value) in member.attributes.tags() {
        if !is_analytics(key, value) {
            meta.texts(key, value);
        }
    }
    meta.own(&member.attributes);
    meta.close();
}

/// The tags that are written once per chunk.
fn root_meta(meta: &mut Tags<'_>, trace: &TraceTags<'_>, member: &Member<'_>, process: &Process) {
    meta.own_text("language", "rust");
    meta.own_text("runtime-id", &process.runtime_id);
    if let Some(env) = &process.env {
        meta.own_text("env", env);
    }
    let git = [
        ("_dd.git.repository_url", &process.git.repository_url),
        ("_dd.git.commit.sha", &process.git.commit_sha),
    ];
    for (key, value) in git {
        if let Some(value) = value {
            meta.own_text(key, value);
        }
    }
    let (high, _) = numbers::halves(member.span.span_context.trace_id());
    if high != 0 {
        let mut digits = String::with_capacity(16);
        push_hex(&mut digits, high);
        meta.own_text("_dd.p.tid", &digits);
    }
    for (tag, value) in trace.propagated() {
        meta.text_if_not_given(tag, value);
    }
}

pub(super) fn encode_metrics(
    member: &Member<'_>,
    trace: Option<&TraceTags<'_>>,
    process: &Process,
    out: &mut Msgpack,
) {
    let mut metrics = Tags::open(out, Some(&member.attributes));
    if let Some(trace) = trace {
        metrics.own_number("_sampling_priority_v1", trace.priority().into());
        metrics.own_number("process_id", process.id.into());
    }
    for (key, number) in member.kept.iter().flat_map(Kept::metrics) {
        metrics.own_number(key, number);
    }
    if member.is_top_level {
        metrics.own_number("_dd.top_level", 1.0);
    }
    let kind = &member.span.span_kind;
    if matches!(kind, SpanKind::Client | SpanKind::Producer) {
        // Statistics are counted on calls to other services, too.
        metrics.own_number("_dd.measured", 1.0);
    }
    for (key, value) in member.attributes.tags() {
        if !is_analytics(key, value) {
            metrics.numbers(key, value);
        } else if let Some(rate) = analytics(value) {
            metrics.own_number("_dd1.sr.eausr", rate);
        }
    }
    if member.attributes.is_inferred() {
        metrics.own_number(INFERRED, 1.0);
    }
    metrics.close();
}

/// Whether the span is to be one of "App Analytics": to Datadog that is a metric of another name.
const ANALYTICS: &str = "analytics.event";

/// A flag, or the text of one; anything else leaves the tag as it is.
fn analytics(value: &Value) -> Option<f64> {
    let flag = match value {
        Value::Bool(flag) => *flag,
        Value::String(text) if text.as_str().eq_ignore_ascii_case("true") => true,
        Value::String(text) if text.as_str().eq_ignore_ascii_case("false") => false,
        _ => return None,
    };
    Some(f64::from(u8::from(flag)))
}

fn is_analytics(key: &str, value: &Value) -> bool {
    key == ANALYTICS && analytics(value).is_some()
}

/// The attributes of a link: a map of texts only, numbers printed.
pub(super) fn encode_texts(attributes: &[KeyValue], out: &mut Msgpack) {
    let mut tags = Tags::open(out, None);
    for (key, value) in unique_attributes(attributes) {
        for_each(value, |index, single| tags.text_of(key, index, single));
    }
    tags.close();
}

/// A map of tags that is being written.
#[derive(Debug)]
struct Tags<'a> {
    out: &'a mut Msgpack,
    /// The user's attributes: of two tags with one name, the user's is sent.
    given: Option<&'a Attributes<'a>>,
    map: OpenMap,
    entries: u32,
}

impl<'a> Tags<'a> {
    fn open(out: &'a mut Msgpack, given: Option<&'a Attributes<'a>>) -> Self {
        let map = out.open_map();
        Self {
            out,
            given,
            map,
            entries: 0,
        }
    }

    fn close(self) {
        self.out.close_map(&self.map, self.entries);
    }

    /// Whether the user has set a tag of ours. The library's own spans have none of these names.
    #[inline]
    fn is_given(&self, key: &'static str) -> bool {
        self.given.is_some_and(|given| given.is_set(key))
    }

    /// A tag of ours.
    #[inline]
    fn own_text(&mut self, key: &'static str, text: &str) {
        if !self.is_given(key) {
            self.entries += 1;
            self.out.key(key);
            self.out.text(text, VALUE_LIMIT);
        }
    }

    /// The library's own tags, which are mostly written already.
    fn own(&mut self, attributes: &Attributes<'_>) {
        if let Some(own) = attributes.untouched_own_tags() {
            self.entries += u32::try_from(own.len()).unwrap_or(u32::MAX);
            self.out.append(own.written());
            return;
        }
        for (key, text) in attributes.own_tags() {
            self.text_of(key, None, Single::Text(text));
        }
    }

    /// A tag of the process, or one that travels with the trace.
    fn text_if_not_given(&mut self, key: &str, text: &str) {
        if !self.given.is_some_and(|given| given.has(key)) {
            self.text_of(key, None, Single::Text(text));
        }
    }

    #[inline]
    fn own_number(&mut self, key: &'static str, number: f64) {
        if !self.is_given(key) {
            self.entries += 1;
            self.out.key(key);
            self.out.float(number);
        }
    }

    fn texts(&mut self, key: &str, value: &Value) {
        for_each(value, |index, single| {
            if single.metric(key).is_none() {
                self.text_of(key, index, single);
            }
        });
    }

    fn numbers(&mut self, key: &str, value: &Value) {
        for_each(value, |index, single| {
            if let Some(number) = single.metric(key) {
                self.key(key, index);
                self.out.float(number);
            }
        });
    }

    fn text_of(&mut self, key: &str, index: Option<usize>, value: Single<'_>) {
        self.key(key, index);
        match value {
            Single::Text(text) => self.out.text(text, VALUE_LIMIT),
            Single::Integer(number) => self.out.display(number),
            Single::Float(number) => self.out.display(number),
        }
    }

    fn key(&mut self, key: &str, index: Option<usize>) {
        self.entries += 1;
        match index {
            None => self.out.text(key, KEY_LIMIT),
            Some(index) => self.out.indexed_key(key, index, KEY_LIMIT),
        }
    }
}
