//! A span as any tracer writes it: members may be missing, null, or another kind of number.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::agent::{Span, SpanLink};

/// The longest value of a tag that is kept, in bytes.
const LONGEST_TAG: usize = 32 * 1024;

/// A span of v0.4; members that aren't named here are skipped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AnySpan {
    service: Text,
    name: Text,
    resource: Text,
    #[serde(rename = "type")]
    span_type: Text,
    trace_id: Number,
    span_id: Number,
    parent_id: Number,
    start: Number,
    duration: Number,
    error: Number,
    meta: Option<BTreeMap<String, Text>>,
    metrics: Option<BTreeMap<String, Number>>,
    span_links: Option<Vec<AnyLink>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AnyLink {
    trace_id: Number,
    trace_id_high: Number,
    span_id: Number,
    attributes: Option<BTreeMap<String, Text>>,
    tracestate: Text,
    flags: Number,
}

impl From<AnySpan> for Span {
    fn from(span: AnySpan) -> Self {
        let mut meta: BTreeMap<_, _> = texts(span.meta);
        let links = span.span_links.unwrap_or_default();
        let mut span_links: Vec<_> = links.into_iter().map(SpanLink::from).collect();
        if let Some(links) = meta.remove("_dd.span_links") {
            span_links.extend(links_in_tag(&links));
        }
        let metrics = span.metrics.unwrap_or_default().into_iter();
        Self {
            service: span.service.0,
            name: span.name.0,
            resource: span.resource.0,
            span_type: span.span_type.0,
            trace_id: span.trace_id.id(),
            span_id: span.span_id.id(),
            parent_id: span.parent_id.id(),
            start: span.start.integer(),
            duration: span.duration.integer(),
            error: i32::from(!matches!(span.error, Number::Nothing | Number::Unsigned(0))),
            meta,
            metrics: metrics.map(|(name, value)| (name, value.float())).collect(),
            span_links,
            trace_id_high: 0,
        }
    }
}

impl From<AnyLink> for SpanLink {
    fn from(link: AnyLink) -> Self {
        Self {
            trace_id: link.trace_id.id(),
            trace_id_high: link.trace_id_high.id(),
            span_id: link.span_id.id(),
            attributes: texts(link.attributes),
            tracestate: link.tracestate.0,
            flags: u32::try_from(link.flags.id()).unwrap_or_default(),
        }
    }
}

/// The links of tracers that write them as a tag, in JSON with hexadecimal ids.
fn links_in_tag(json: &str) -> Vec<SpanLink> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Link {
        trace_id: String,
        span_id: String,
        attributes: BTreeMap<String, Text>,
    }
    let links: Vec<Link> = serde_json::from_str(json).unwrap_or_default();
    let link = |link: Link| {
        let trace_id = u128::from_str_radix(&link.trace_id, 16).ok()?;
        let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
        Some(SpanLink {
            trace_id: half(trace_id),
            trace_id_high: half(trace_id >> 64),
            span_id: u64::from_str_radix(&link.span_id, 16).ok()?,
            attributes: texts(Some(link.attributes)),
            ..SpanLink::default()
        })
    };
    links.into_iter().filter_map(link).collect()
}

fn texts(tags: Option<BTreeMap<String, Text>>) -> BTreeMap<String, String> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.map(|(name, Text(value))| (name, value)).collect()
}

/// A text, cut if it is very long. Anything else as it is printed; null as an empty text.
#[derive(Debug, Default)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Scalar)
            .map(|scalar| match scalar {
                Value::Text(text) => Self(cut(text)),
                Value::Number(Number::Nothing) => Self::default(),
                Value::Number(Number::Signed(number)) => Self(number.to_string()),
                Value::Number(Number::Unsigned(number)) => Self(number.to_string()),
                Value::Number(Number::Float(number)) => Self(number.to_string()),
            })
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST_TAG {
        let mut end = LONGEST_TAG;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// A number of any kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Number {
    #[default]
    Nothing,
    Signed(i64),
    Unsigned(u64),
    Float(f64),
}

impl Number {
    fn id(self) -> u64 {
        match self {
            Self::Unsigned(number) => number,
            Self::Signed(number) => number.cast_unsigned(),
            Self::Nothing | Self::Float(_) => 0,
        }
    }

    fn integer(self) -> i64 {
        match self {
            Self::Signed(number) => number,
            Self::Unsigned(number) => i64::try_from(number).unwrap_or(i64::MAX),
            #[allow(clippy::cast_possible_truncation, reason = "saturates")]
            Self::Float(number) => number as i64,
            Self::Nothing => 0,
        }
    }

    fn float(self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a metric is a float")]
        match self {
            Self::Signed(number) => number as f64,
            Self::Unsigned(number) => number as f64,
            Self::Float(number) => number,
            Self::Nothing => 0.0,
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Scalar)
            .map(|scalar| match scalar {
                Value::Number(number) => number,
                Value::Text(text) => text.parse().map_or(Self::Nothing, Self::Unsigned),
            })
    }
}

enum Value {
    Text(String),
    Number(Number),
}

/// Takes any value. Lists and maps count as nothing.
struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Text(String::from_utf8_lossy(bytes).into_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Number(Number::Unsigned(u64::from(value))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::Unsigned(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(
            u64::try_from(number).map_or(Number::Signed(number), Number::Unsigned),
        ))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(Number::Float(number)))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Number(Number::Nothing))
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Value, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.visit_unit()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.visit_unit()
    }
}

/// A span of v0.5: a list whose texts are given as numbers of rows in a table.
#[derive(Debug, Deserialize)]
pub(super) struct TableSpan(
    usize,
    usize,
    usize,
    Number,
    Number,
    Number,
    Number,
    Number,
    Number,
    BTreeMap<usize, usize>,
    BTreeMap<usize, Number>,
    usize,
);

impl TableSpan {
    pub(super) fn with(self, table: &[Text]) -> Span {
        let text = |line: usize| {
            table
                .get(line)
                .map(|text| text.0.clone())
                .unwrap_or_default()
        };
        let tags = self.9.into_iter();
        let metrics = self.10.into_iter();
        let span = AnySpan {
            service: Text(text(self.0)),
            name: Text(text(self.1)),
            resource: Text(text(self.2)),
            trace_id: self.3,
            span_id: self.4,
            parent_id: self.5,
            start: self.6,
            duration: self.7,
            error: self.8,
            meta: Some(
                tags.map(|(name, value)| (text(name), Text(text(value))))
                    .collect(),
            ),
            metrics: Some(metrics.map(|(name, value)| (text(name), value)).collect()),
            span_type: Text(text(self.11)),
            span_links: None,
        };
        span.into()
    }
}
