//! Whatever the spans, and however many: the agent takes every request, and the log counts the rest.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{Span as _, SpanContext, TraceId, Tracer as _};
use opentelemetry::{KeyValue, StringValue, Value};
use proptest::prelude::*;

use super::payload::Sent;
use super::{config_at, finished};
use crate::agent::tests::stand_in::{OK, Step, TestAgent};
use crate::export::{Exporter, SpanData};
use crate::test_log::Log;

/// Far longer than a request takes.
const LONG: Duration = Duration::from_secs(20);
/// The agent refuses a larger body.
const BODY_LIMIT: usize = 50 * 1024 * 1024;

/// Spans with `count` attributes of `bytes` each, in as many traces.
#[derive(Debug, Clone)]
struct Burst {
    traces: u8,
    spans_each: usize,
    name: usize,
    key: usize,
    count: usize,
    value: Big,
}

#[derive(Debug, Clone)]
enum Big {
    Text(usize),
    Numbers(usize),
    Texts(usize, usize),
}

fn burst() -> impl Strategy<Value = Burst> {
    let value = prop_oneof![
        3 => (0..30_000_usize).prop_map(Big::Text),
        1 => (0..9_000_000_usize).prop_map(Big::Text),
        1 => (0..40_000_usize).prop_map(Big::Numbers),
        1 => (0..50_usize, 0..60_000_usize).prop_map(|(texts, bytes)| Big::Texts(texts, bytes)),
    ];
    let sizes = (0..9_000_usize, 0..300_usize, 0..12_usize);
    (1..4_u8, 1..80_usize, sizes, value).prop_map(
        |(traces, spans_each, (name, key, count), value)| Burst {
            traces,
            // A few hundred megabytes at most in all.
            spans_each: if matches!(value, Big::Text(0..30_000)) {
                spans_each
            } else {
                spans_each % 4
            },
            name,
            key,
            count,
            value,
        },
    )
}

impl Burst {
    fn span(&self, trace: u8) -> SpanData {
        let mut span = finished(|tracer| tracer.start("span").end()).remove(0);
        // Distinct traces, in which no span is another's parent.
        let id = &mut span.span_context;
        let (span_id, flags) = (id.span_id(), id.trace_flags());
        *id = SpanContext::new(
            TraceId::from(u128::from(trace) + 1),
            span_id,
            flags,
            false,
            id.trace_state().clone(),
        );
        span.name = Cow::Owned("é".repeat(self.name / 2));
        let keys = (0..self.count).map(|index| format!("{index}{}", "k".repeat(self.key)));
        let attributes = keys.map(|key| KeyValue::new(key, self.value.clone()));
        span.attributes = attributes.collect();
        for field in [
            "service.name",
            "operation.name",
            "span.type",
            "resource.name",
        ] {
            let text = "s".repeat(self.name);
            span.attributes.push(KeyValue::new(field, text));
        }
        span
    }
}

impl From<Big> for Value {
    fn from(big: Big) -> Self {
        match big {
            Big::Text(bytes) => "x".repeat(bytes).into(),
            Big::Numbers(count) => Self::Array(vec![1.5; count].into()),
            Big::Texts(count, bytes) => {
                let text = StringValue::from("y".repeat(bytes));
                Self::Array(vec![text; count].into())
            }
        }
    }
}

/// How many spans are lost according to the log.
fn lost(lines: &[String]) -> usize {
    let counts = lines.iter().filter_map(|line| {
        let count = line.strip_prefix("WARN ")?.split_once(" lost, ")?.0;
        let (count, _) = count.split_once(" span")?;
        Some(count.parse::<usize>().unwrap())
    });
    counts.sum()
}

fn within_limits(span: &Sent) -> bool {
    let names = [&span.service, &span.name, &span.r#type];
    let tags = span.meta.keys().chain(span.metrics.keys());
    names.iter().all(|name| name.len() <= 100)
        && span.resource.len() <= 5_000
        && tags.map(String::len).all(|key| key <= 200)
        && span.meta.values().all(|text| text.len() <= 25_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_spans_arrive_within_the_agents_limits_or_the_log_counts_them(
        bursts in prop::collection::vec(burst(), 1..5),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let log = Log::capture();
        let (pushed, requests) = runtime.block_on(async {
            let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
            let exporter = Arc::new(Exporter::new(&config_at(agent.address.clone())));
            let mut pushed = 0;
            for burst in &bursts {
                for trace in 0..burst.traces {
                    for _ in 0..burst.spans_each {
                        exporter.push(burst.span(trace));
                        pushed += 1;
                    }
                }
                exporter.send(LONG).await;
            }
            (pushed, agent.received())
        });
        prop_assert!(requests.iter().all(|request| request.body.len() <= BODY_LIMIT));
        let arrived: Vec<Sent> = requests.iter().flat_map(|request| request.chunks().concat()).collect();
        prop_assert!(arrived.iter().all(within_limits));
        let lines = log.take();
        prop_assert_eq!(arrived.len() + lost(&lines), pushed, "{:?}", lines);
    }
}

#[tokio::test]
async fn a_text_of_megabytes_doesn_t_take_the_room_of_other_spans() {
    let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
    let exporter = Arc::new(Exporter::new(&config_at(agent.address.clone())));
    for text in [1, 20_000_000, 1] {
        let mut span = finished(|tracer| tracer.start("span").end()).remove(0);
        span.attributes = vec![KeyValue::new("text", "x".repeat(text))];
        exporter.push(span);
    }
    exporter.send(LONG).await;
    let chunks = agent.received()[0].chunks();
    let texts = chunks.concat().into_iter();
    let mut lengths: Vec<usize> = texts.map(|span| span.meta["text"].len()).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [1, 1, 25_000]);
}
