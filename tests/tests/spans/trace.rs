//! The spans of one invocation, without values that differ from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;

/// A span as a tracer sends it, read back from the agent that received it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Received {
    pub(crate) name: String,
    pub(crate) service: String,
    pub(crate) resource: String,
    #[serde(default, rename = "type")]
    pub(crate) span_type: Option<String>,
    pub(crate) trace_id: u64,
    pub(crate) span_id: u64,
    #[serde(default)]
    pub(crate) parent_id: Option<u64>,
    pub(crate) start: i64,
    pub(crate) duration: i64,
    #[serde(default)]
    pub(crate) error: i32,
    #[serde(default)]
    pub(crate) meta: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) metrics: BTreeMap<String, f64>,
    #[serde(default)]
    pub(crate) span_links: Vec<Link>,
}

/// A link in the native `span_links`, where ids are numbers.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Link {
    pub(crate) trace_id: u64,
    #[serde(default)]
    pub(crate) trace_id_high: u64,
    pub(crate) span_id: u64,
    #[serde(default)]
    pub(crate) tracestate: String,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
}

/// A link in the tag `_dd.span_links`, where ids are hexadecimal.
#[derive(Deserialize)]
struct LinkInTag {
    trace_id: String,
    span_id: String,
    #[serde(default)]
    tracestate: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

/// The content of a span: its fields, in parentheses, its tags, and its links.
pub(crate) type Span = BTreeMap<String, String>;

/// The spans of an invocation. Each is the parent of the next, and `aws.lambda` is the last.
pub(crate) type Trace = Vec<Span>;

/// Values that mean nothing for the event: they differ with the process, the machine or the release.
const MASKED: [&str; 8] = [
    "_dd.tags.process",
    "datadog_lambda",
    "dd_trace",
    "error.stack",
    "process_id",
    "request_id",
    "runtime-id",
    "tracer-version",
];
const MASK: &str = "*";

/// How far apart times of one instant may be, with different clocks and roundings. Handlers take far longer.
const SAME: i64 = 2_000_000;

/// How long a handler takes, so that its start and its end can be told apart.
pub(crate) const WORK: Duration = Duration::from_millis(15);

/// Every event is older than a day, or far in the future.
const DAY: i64 = 86_400_000_000_000;

/// Puts the spans of one invocation into order, and replaces values that differ from run to run.
pub(crate) fn normalise(received: &[Received]) -> Trace {
    let lambda = received
        .iter()
        .find(|span| span.name == "aws.lambda")
        .unwrap_or_else(|| panic!("there is no aws.lambda in {received:#?}"));
    let mut chain = vec![lambda];
    while let Some(parent) = parent(received, chain[chain.len() - 1]) {
        chain.push(parent);
    }
    assert_eq!(chain.len(), received.len(), "not one chain: {received:#?}");
    let spans = chain.iter().rev();
    spans.map(|span| one(span, received, lambda)).collect()
}

fn parent<'a>(spans: &'a [Received], of: &Received) -> Option<&'a Received> {
    let id = of.parent_id.filter(|id| *id != 0)?;
    spans.iter().find(|span| span.span_id == id)
}

fn one(span: &Received, all: &[Received], lambda: &Received) -> Span {
    let mut says = Span::new();
    let mut field = |name: &str, value: String| says.insert(format!("({name})"), value);
    field("name", span.name.clone());
    field("service", span.service.clone());
    field("resource", span.resource.clone());
    field("type", span.span_type.clone().unwrap_or_default());
    field("error", span.error.to_string());
    field("start", when(span.start, lambda));
    field("end", when(span.start + span.duration, lambda));
    let (trace, above) = lineage(span, all);
    let is_new = trace == "new";
    field("trace", trace);
    field("parent", above);
    for (key, value) in &span.meta {
        let mask = MASKED.contains(&key.as_str()) || is_new && key == "_dd.p.tid";
        let value = if mask { MASK } else { value };
        says.insert(key.clone(), value.to_owned());
    }
    for (key, value) in &span.metrics {
        let mask = MASKED.contains(&key.as_str());
        let value = if mask {
            MASK.to_owned()
        } else {
            value.to_string()
        };
        let twice = says.insert(key.clone(), format!("{value} (number)"));
        assert_eq!(twice, None, "`{key}` is a text and a number");
    }
    if let Some(links) = says.remove("_dd.span_links") {
        let links: Vec<LinkInTag> = serde_json::from_str(&links).unwrap();
        let links = links.into_iter().map(LinkInTag::into_text);
        says.extend(links.enumerate().map(numbered));
    }
    let links = span.span_links.iter().map(Link::to_text);
    says.extend(links.enumerate().map(numbered));
    says
}

fn numbered((at, link): (usize, String)) -> (String, String) {
    (format!("(link {})", at + 1), link)
}

/// The trace, and the parent of the span. Ids that were there before the invocation are kept.
fn lineage(span: &Received, all: &[Received]) -> (String, String) {
    let mut top = span;
    while let Some(above) = parent(all, top) {
        top = above;
    }
    let remote = top.parent_id.filter(|id| *id != 0);
    let trace = match remote {
        Some(_) => span.trace_id.to_string(),
        None => "new".to_owned(),
    };
    let above = match parent(all, span) {
        Some(above) => above.name.clone(),
        None => remote.map_or_else(|| "none".to_owned(), |id| id.to_string()),
    };
    (trace, above)
}

/// A time of the event as it is; a time of the run by what happened then.
fn when(time: i64, lambda: &Received) -> String {
    if (time - lambda.start).abs() > DAY {
        return humantime::format_rfc3339_micros(since_1970(time)).to_string();
    }
    if time <= lambda.start + SAME {
        "invocation".to_owned()
    } else if time >= lambda.start + lambda.duration - SAME {
        "response".to_owned()
    } else {
        "in between".to_owned()
    }
}

/// In whole microseconds: a time that is a fraction of seconds has room for no more.
fn since_1970(nanoseconds: i64) -> SystemTime {
    let microseconds = (nanoseconds + 500) / 1_000;
    UNIX_EPOCH + Duration::from_micros(microseconds.try_into().unwrap())
}

impl Link {
    fn to_text(&self) -> String {
        let id = u128::from(self.trace_id_high) << 64 | u128::from(self.trace_id);
        link(id, self.span_id, &self.tracestate, &self.attributes)
    }
}

impl LinkInTag {
    fn into_text(self) -> String {
        let trace_id = u128::from_str_radix(&self.trace_id, 16).unwrap();
        let span_id = u64::from_str_radix(&self.span_id, 16).unwrap();
        link(trace_id, span_id, &self.tracestate, &self.attributes)
    }
}

fn link(trace: u128, span: u64, state: &str, attributes: &BTreeMap<String, String>) -> String {
    let mut text = format!("span {span} of trace {trace:032x}");
    if !state.is_empty() {
        write!(text, ", state {state}").unwrap();
    }
    for (key, value) in attributes {
        write!(text, ", {key}={value}").unwrap();
    }
    text
}

/// One line for each difference between two traces of one event.
pub(crate) fn changes(before: &Trace, after: &Trace) -> Vec<String> {
    let empty = Span::new();
    let pairs = (0..before.len().max(after.len())).map(|up| {
        let [before, after] = [before, after].map(|trace| from_below(trace, up).unwrap_or(&empty));
        (before, after)
    });
    pairs
        .flat_map(|(before, after)| {
            let name = after.get("(name)").or(before.get("(name)")).unwrap();
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            keys.into_iter().filter_map(move |key| {
                let (was, is) = (before.get(key), after.get(key));
                (was != is).then(|| format!("{name} {key}: {was:?} -> {is:?}"))
            })
        })
        .collect()
}

/// The span that is `up` levels above `aws.lambda`.
pub(crate) fn from_below(trace: &Trace, up: usize) -> Option<&Span> {
    trace.iter().rev().nth(up)
}
