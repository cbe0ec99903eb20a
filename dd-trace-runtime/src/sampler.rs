//! Which traces are kept.

use std::borrow::Cow;

use opentelemetry::trace::{Link, SpanContext, SpanKind, TraceContextExt, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use crate::propagation::{DD, DdMember};

/// Follows the parent's decision; decides for a root by `DD_TRACE_SAMPLE_RATE`.
///
/// A trace that is not kept is recorded and sent all the same, with a priority of 0 or below: the agent
/// counts it and drops it, as with Datadog's other tracers.
#[derive(Debug, Clone)]
pub(crate) struct Sampler {
    rate: Option<f64>,
}

impl Sampler {
    pub(crate) fn new(rate: Option<f64>) -> Self {
        Self { rate }
    }

    /// Mechanism 3, "local user rule", where a rate is set, and 0, "default", where none is.
    fn decide(&self, trace_id: TraceId) -> Decision {
        let (priority, mechanism) = match self.rate {
            None => (1, "-0"),
            Some(rate) if keeps(rate, trace_id) => (2, "-3"),
            Some(_) => (-1, "-3"),
        };
        // A dropped trace has no decision maker: nobody downstream is to keep it.
        let maker = (priority > 0).then_some(mechanism.into());
        let attributes = self.rate.map(|rate| KeyValue::new("_dd.rule_psr", rate));
        Decision {
            priority,
            maker,
            attributes: attributes.into_iter().collect(),
        }
    }
}

/// What is to become of a trace that nobody has decided on.
struct Decision {
    priority: i8,
    maker: Option<Cow<'static, str>>,
    attributes: Vec<KeyValue>,
}

impl Decision {
    /// Records the decision in the trace state, where the spans below find it.
    fn into_result(self, state: &TraceState) -> SamplingResult {
        let mut member = DdMember::of(state).unwrap_or_default();
        member.priority = Some(self.priority);
        member.decision_maker = self.maker;
        let state = state
            .insert(DD, member.encode())
            .unwrap_or_else(|_| state.clone());
        result(self.priority, self.attributes, state)
    }
}

/// The hash that all Datadog tracers share, so that every service decides alike.
const KNUTH_FACTOR: u64 = 1_111_111_111_111_111_111;

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rate has fewer digits than an f64, and the cast to u64 saturates"
)]
fn keeps(rate: f64, trace_id: TraceId) -> bool {
    let low = u128::from_be_bytes(trace_id.to_bytes()) as u64;
    rate >= 1.0 || low.wrapping_mul(KNUTH_FACTOR) <= (rate * u64::MAX as f64) as u64
}

impl ShouldSample for Sampler {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace_id: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let Some(context) = parent else {
            return self.decide(trace_id).into_result(&TraceState::NONE);
        };
        let span = context.span();
        let parent = span.span_context();
        let state = parent.trace_state();
        match decided(parent) {
            Some(priority) => result(priority, Vec::new(), state.clone()),
            None => self.decide(trace_id).into_result(state),
        }
    }
}

/// The decision of the parent; a browser (`rum`) leaves it to us. A synthetic test's trace has a
/// decision and no parent span.
fn decided(parent: &SpanContext) -> Option<i8> {
    match DdMember::of(parent.trace_state()) {
        Some(member) => member.priority,
        None => parent.is_valid().then(|| i8::from(parent.is_sampled())),
    }
}

fn result(priority: i8, attributes: Vec<KeyValue>, trace_state: TraceState) -> SamplingResult {
    let decision = if priority > 0 {
        SamplingDecision::RecordAndSample
    } else {
        SamplingDecision::RecordOnly
    };
    SamplingResult {
        decision,
        attributes,
        trace_state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace_context::TraceContext;

    fn sample(
        rate: Option<f64>,
        parent: Option<&Context>,
        low: u64,
    ) -> (Option<i8>, Option<String>, SamplingDecision) {
        let id = TraceId::from(u128::from(low));
        let result = Sampler::new(rate).should_sample(parent, id, "", &SpanKind::Server, &[], &[]);
        let member = DdMember::of(&result.trace_state).unwrap_or_default();
        (
            member.priority,
            member.decision_maker.map(Cow::into_owned),
            result.decision,
        )
    }

    #[test]
    fn a_new_trace_is_kept_by_default() {
        assert_eq!(
            sample(None, None, 1),
            (
                Some(1),
                Some("-0".into()),
                SamplingDecision::RecordAndSample
            )
        );
    }

    #[test]
    fn a_rate_is_the_user_s_decision() {
        let (kept, dropped) = (
            SamplingDecision::RecordAndSample,
            SamplingDecision::RecordOnly,
        );
        assert_eq!(
            sample(Some(1.0), None, u64::MAX),
            (Some(2), Some("-3".into()), kept)
        );
        assert_eq!(sample(Some(0.0), None, 1), (Some(-1), None, dropped));
    }

    /// What Datadog's tracers decide for these ids: each multiplied by the factor, modulo 2^64.
    #[test]
    fn a_rate_is_compared_with_the_hash_that_all_tracers_share() {
        for (trace_id, share) in [
            (1_u64, 0.060_233_454),
            (2, 0.120_466_908),
            (10, 0.602_334_540),
            (16, 0.963_735_264),
        ] {
            let id = TraceId::from(u128::from(trace_id));
            assert!(keeps(share + 1e-6, id), "{trace_id}");
            assert!(!keeps(share - 1e-6, id), "{trace_id}");
        }
    }

    #[test]
    fn about_as_many_traces_are_kept_as_the_rate_says() {
        let ids = (0..10_000_u64)
            .map(|n| TraceId::from(u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
        let kept = ids.filter(|id| keeps(0.25, *id)).count();
        assert!((2300..2700).contains(&kept), "{kept}");
    }

    #[test]
    fn the_parent_s_decision_holds_whatever_the_rate() {
        for (priority, decision) in [
            (2, SamplingDecision::RecordAndSample),
            (1, SamplingDecision::RecordAndSample),
            (0, SamplingDecision::RecordOnly),
            (-1, SamplingDecision::RecordOnly),
        ] {
            let parent = TraceContext::new(1, 2, Some(priority)).into_otel(&Context::new());
            for rate in [None, Some(0.0), Some(1.0)] {
                assert_eq!(
                    sample(rate, Some(&parent), 1),
                    (Some(priority), None, decision.clone())
                );
            }
        }
    }

    #[test]
    fn a_browser_s_trace_without_a_decision_is_decided_here() {
        let parent = TraceContext::new(1, 2, None)
            .with_origin("rum")
            .into_otel(&Context::new());
        assert_eq!(sample(Some(0.0), Some(&parent), 1).0, Some(-1));
        assert_eq!(sample(None, Some(&parent), 1).0, Some(1));
    }

    #[test]
    fn the_parent_of_another_sampler_has_decided_by_its_flag() {
        for (sampled, decision) in [
            (true, SamplingDecision::RecordAndSample),
            (false, SamplingDecision::RecordOnly),
        ] {
            let parent = SpanContext::new(
                TraceId::from(1),
                opentelemetry::trace::SpanId::from(2),
                opentelemetry::trace::TraceFlags::NOT_SAMPLED.with_sampled(sampled),
                false,
                TraceState::NONE,
            );
            let parent = Context::new().with_remote_span_context(parent);
            assert_eq!(sample(Some(0.5), Some(&parent), 1).2, decision);
        }
    }

    #[test]
    fn a_synthetic_test_s_decision_holds_without_a_parent_span() {
        let parent = TraceContext::new(1, 0, Some(2))
            .with_origin("synthetics")
            .into_otel(&Context::new());
        assert_eq!(
            sample(Some(0.0), Some(&parent), 1).2,
            SamplingDecision::RecordAndSample
        );
    }
}
