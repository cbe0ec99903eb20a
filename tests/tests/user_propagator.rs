//! A process with the user's own tracer provider and propagator, which work together like those of Datadog's own
//! tracer. Globals need a process of their own. `tests/official` has the real tracer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use dd_trace_runtime::{
    Carrier, RawEvent, Telemetry, invocation_span, trace_headers, traced_handler,
};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global::{self, get_text_map_propagator, set_text_map_propagator};
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{Link, SpanKind, TraceContextExt, TraceId, Tracer};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    SamplingDecision, SamplingResult, SdkTracerProvider, ShouldSample, Span, SpanData,
    SpanProcessor,
};
use serde_json::{Value, json};
use tokio::sync::Mutex as AsyncMutex;

const PRIORITY: &str = "x-datadog-sampling-priority";

/// The extracted priority, in a place that only this sampler knows.
struct Extracted(String);

/// What the sampler was told, and what happened to spans.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    told: Option<String>,
    spans: Vec<String>,
    trace_ids_high: Vec<String>,
    teams: Vec<String>,
}

impl Seen {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap()
    }
}

impl TextMapPropagator for Seen {
    /// Marks a trace that began here as dropped by a rule.
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        let span = cx.span();
        let ids = span.span_context();
        let trace_id = u128::from_be_bytes(ids.trace_id().to_bytes()) & u128::from(u64::MAX);
        let parent_id = u64::from_be_bytes(ids.span_id().to_bytes());
        injector.set("x-datadog-trace-id", trace_id.to_string());
        injector.set("x-datadog-parent-id", parent_id.to_string());
        injector.set(PRIORITY, "-1".to_owned());
        let high = &ids.trace_id().to_string()[..16];
        injector.set("x-datadog-tags", format!("_dd.p.tid={high},_dd.p.dm=-3"));
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        let priority = extractor.get(PRIORITY).unwrap_or("none").to_owned();
        cx.with_value(Extracted(priority))
    }

    fn fields(&self) -> FieldIter<'_> {
        static FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| vec![PRIORITY.to_owned()]);
        FieldIter::new(&FIELDS)
    }
}

impl ShouldSample for Seen {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        _: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let told = parent.and_then(|parent| parent.get::<Extracted>());
        self.log().told = told.map(|told| told.0.clone());
        SamplingResult {
            decision: SamplingDecision::RecordAndSample,
            attributes: Vec::new(),
            trace_state: parent
                .map(|parent| parent.span().span_context().trace_state().clone())
                .unwrap_or_default(),
        }
    }
}

impl SpanProcessor for Seen {
    fn on_start(&self, span: &mut Span, _: &Context) {
        let name = span.exported_data().unwrap().name;
        self.log().spans.push(format!("{name} starts"));
    }

    fn on_end(&self, span: SpanData) {
        let high = |pair: &&KeyValue| pair.key.as_str() == "_dd.p.tid";
        let high = span.attributes.iter().find(high);
        let team = |pair: &&KeyValue| pair.key.as_str() == "team";
        let team = span.attributes.iter().find(team);
        let mut log = self.log();
        log.spans.push(format!("{} ends", span.name));
        log.teams
            .extend(team.map(|team| format!("{} of {}", team.value, span.name)));
        log.trace_ids_high
            .extend(high.map(|high| high.value.to_string()));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// The user's set-up; the first test that runs installs it for the process.
static SEEN: LazyLock<Seen> = LazyLock::new(|| {
    let seen = Seen::default();
    set_text_map_propagator(seen.clone());
    let provider = SdkTracerProvider::builder()
        .with_sampler(seen.clone())
        .with_span_processor(seen.clone());
    Telemetry::with_tracer_provider(provider.build());
    seen
});

/// Held by each test: the record is of one invocation at a time.
static ALONE: AsyncMutex<()> = AsyncMutex::const_new(());

#[traced_handler]
async fn handler(_: LambdaEvent<Value>) -> Result<Carrier, Error> {
    Ok(trace_headers())
}

/// Tags the function's span from inside another one.
#[traced_handler]
async fn tagging(_: LambdaEvent<Value>) -> Result<Carrier, Error> {
    global::tracer("shop").in_span("inner", |_| {
        invocation_span().set_attribute("team", "a");
    });
    Ok(trace_headers())
}

async fn invoke(event: &Value) -> (Carrier, Log) {
    let _alone = ALONE.lock().await;
    *SEEN.log() = Log::default();
    let event = RawEvent::from_serialize(event).unwrap();
    let event = LambdaEvent::new(event, lambda_runtime::Context::default());
    let headers = handler(event).await.unwrap();
    (headers, std::mem::take(&mut SEEN.log()))
}

#[tokio::test]
async fn the_user_s_sampler_learns_of_a_producer_s_decision_through_the_user_s_propagator() {
    let headers = json!({
        "x-datadog-trace-id": "11",
        "x-datadog-parent-id": "12",
        PRIORITY: "2",
        "x-datadog-tags": "_dd.p.team=a",
    });
    let (headers, log) = invoke(&json!({ "headers": headers })).await;
    assert_eq!(log.told.as_deref(), Some("2"));
    // The decision is known, so no sampler is asked.
    assert_eq!(headers.get(PRIORITY), Some("2"));
    assert_eq!(headers.get("x-datadog-tags"), Some("_dd.p.team=a"));
    assert_eq!(headers.get("x-datadog-trace-id"), Some("11"));
}

#[tokio::test]
async fn the_user_s_sampler_s_decision_on_a_new_trace_is_passed_on_in_all_styles() {
    let (headers, log) = invoke(&json!({})).await;
    assert_eq!(log.told, None);
    assert_eq!(headers.get(PRIORITY), Some("-1"));
    let high = &log.trace_ids_high[0];
    let tags = format!("_dd.p.tid={high},_dd.p.dm=-3");
    assert_eq!(headers.get("x-datadog-tags"), Some(&*tags));
    assert!(headers.get("tracestate").unwrap().starts_with("dd=s:-1;"));
}

#[tokio::test]
async fn the_function_s_span_is_reached_with_the_user_s_provider_too() {
    let _alone = ALONE.lock().await;
    *SEEN.log() = Log::default();
    let event = RawEvent::from_serialize(&json!({})).unwrap();
    let event = LambdaEvent::new(event, lambda_runtime::Context::default());
    tagging(event).await.unwrap();
    assert_eq!(SEEN.log().teams, ["a of aws.lambda"]);
}

#[tokio::test]
async fn the_user_s_propagator_stays_the_global_one() {
    invoke(&json!({})).await;
    let fields = get_text_map_propagator(|global| global.fields().count());
    assert_eq!(fields, 1);
}

#[tokio::test]
async fn a_trace_always_has_an_open_span_until_the_function_s_has_ended() {
    let message = json!({
        "Type": "Notification",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:placed",
        "Message": "{}",
        "Timestamp": "2023-11-14T22:13:20.000Z",
        "MessageAttributes": {},
    });
    let record = json!({
        "messageId": "1",
        "body": message.to_string(),
        "attributes": {"SentTimestamp": "1700000000100"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
        "awsRegion": "us-east-1",
    });
    let (_, log) = invoke(&json!({ "Records": [record] })).await;
    assert_eq!(
        log.spans,
        [
            "aws.sns starts",
            "aws.sqs starts",
            "aws.sns ends",
            "aws.lambda starts",
            "aws.lambda ends",
            "aws.sqs ends",
        ]
    );
    assert_eq!(log.trace_ids_high.len(), 1, "on the first span alone");
}
