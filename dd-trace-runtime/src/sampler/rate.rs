//! A share of the traces, the same ones in every service.

use opentelemetry::trace::{SpanId, TraceId};

use crate::context::propagation::KNUTH_FACTOR;

/// The share of traces to keep, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate(f64);

impl Rate {
    /// The rate that keeps everything.
    pub(super) const ALL: Self = Self(1.0);

    /// `None` for what is no share at all.
    pub(crate) fn exact(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// The nearest share; `None` for what is no number.
    pub(super) fn clamped(share: f64) -> Option<Self> {
        (!share.is_nan()).then(|| Self(share.clamp(0.0, 1.0)))
    }

    pub(super) fn share(self) -> f64 {
        self.0
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the lower half of a trace id decides"
    )]
    pub(super) fn keeps(self, trace_id: TraceId) -> bool {
        self.keeps_id(u128::from_be_bytes(trace_id.to_bytes()) as u64)
    }

    /// Whether the share includes a single span. A rate of zero includes none, as in the Python tracer.
    pub(super) fn keeps_span(self, span_id: SpanId) -> bool {
        self.0 > 0.0 && self.keeps_id(u64::from_be_bytes(span_id.to_bytes()))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rate has fewer digits than an f64, and the cast to u64 saturates"
    )]
    fn keeps_id(self, id: u64) -> bool {
        self.0 >= 1.0 || id.wrapping_mul(KNUTH_FACTOR) <= (self.0 * u64::MAX as f64) as u64
    }

    /// The value of `_dd.p.ksr`: at most six decimals, no zeros at the end.
    pub(super) fn to_text(self) -> String {
        let text = format!("{:.6}", self.0);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert!(Rate(share + 1e-6).keeps(id), "{trace_id}");
            assert!(!Rate(share - 1e-6).keeps(id), "{trace_id}");
            let id = SpanId::from(trace_id);
            assert!(Rate(share + 1e-6).keeps_span(id), "{trace_id}");
            assert!(!Rate(share - 1e-6).keeps_span(id), "{trace_id}");
        }
    }

    #[test]
    fn about_as_many_traces_are_kept_as_the_rate_says() {
        let ids = (0..10_000_u64)
            .map(|n| TraceId::from(u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
        let kept = ids.filter(|id| Rate(0.25).keeps(*id)).count();
        assert!((2300..2700).contains(&kept), "{kept}");
    }

    /// As `format_rate` of the Python tracer 4.16.0 and `formatKnuthRate` of the Node tracer 5.132.0.
    #[test]
    fn a_rate_s_text_has_at_most_six_decimals() {
        for (share, text) in [
            (1.0, "1"),
            (0.0, "0"),
            (0.5, "0.5"),
            (0.1, "0.1"),
            (0.765_432_1, "0.765432"),
            (0.000_000_1, "0"),
            (0.000_000_51, "0.000001"),
        ] {
            assert_eq!(Rate(share).to_text(), text);
        }
    }
}
