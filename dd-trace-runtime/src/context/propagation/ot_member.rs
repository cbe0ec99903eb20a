//! The member `ot` of `tracestate`: OpenTelemetry's consistent probability sampling.
//!
//! `rv` is the randomness of the trace and `th` the threshold that it has to reach, both of 56 bits in hexadecimal
//! digits. They tell other samplers the rate by which a trace was kept.
//!
//! Source: <https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/>.

use std::borrow::Cow;

use crate::context::trace_context::TraceContext;

pub(super) const OT: &str = "ot";

/// How many digits 56 bits have.
const DIGITS: usize = 14;

/// The hash that all Datadog tracers share, so that every service decides alike.
pub(crate) const KNUTH_FACTOR: u64 = 1_111_111_111_111_111_111;

impl TraceContext {
    /// Writes a decision of this process into the member: `rv` and `th` if it followed a rate and the trace came
    /// without a member. A user's decision has no rate and follows no threshold, so `th` is removed.
    pub(crate) fn set_probability(&mut self, rate: Option<f64>, is_kept: bool) {
        let known = self.vendor_members();
        let inherited = known.split(',').find_map(value);
        match (rate, inherited) {
            (Some(rate), None) => {
                if let Some(member) = decided(self.trace_id_halves().1, rate, is_kept) {
                    let separator = if known.is_empty() { "" } else { "," };
                    self.set_vendor_members([&member, separator, known].concat());
                }
            }
            (None, Some(inherited)) if part(inherited, "th").is_some() => {
                let rest = filtered(inherited, |name, _| name != "th");
                self.replace_ot(&rest);
            }
            _ => {}
        }
    }

    /// Replaces the member, which then stands first; an empty one is none.
    fn replace_ot(&mut self, replacement: &str) {
        let others = self.vendor_members().split(',');
        let others = others.filter(|member| value(member).is_none());
        let ours = (!replacement.is_empty()).then(|| format!("{OT}={replacement}"));
        let members: Vec<&str> = ours.as_deref().into_iter().chain(others).collect();
        self.set_vendor_members(members.join(","));
    }
}

/// The member without its malformed parts; `None` if it has no other.
pub(super) fn well_formed(value: &str) -> Option<Cow<'_, str>> {
    let is_well_formed = |name: &str, value: &str| match name {
        "rv" => value.len() == DIGITS && is_hex(value),
        "th" => (1..=DIGITS).contains(&value.len()) && is_hex(value),
        _ => !name.is_empty(),
    };
    let mut parts = value.split(';').map(|part| part.split_once(':'));
    if parts.all(|part| part.is_some_and(|(name, value)| is_well_formed(name, value))) {
        return Some(Cow::Borrowed(value));
    }
    let rest = filtered(value, is_well_formed);
    (!rest.is_empty()).then_some(Cow::Owned(rest))
}

fn is_hex(digits: &str) -> bool {
    digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The value of a member of `tracestate`, if that is ours.
fn value(member: &str) -> Option<&str> {
    member.strip_prefix(OT)?.strip_prefix('=')
}

fn part<'a>(member: &'a str, wanted: &str) -> Option<&'a str> {
    let mut parts = member.split(';').filter_map(|part| part.split_once(':'));
    parts.find_map(|(name, value)| (name == wanted).then_some(value))
}

fn filtered(member: &str, keep: impl Fn(&str, &str) -> bool) -> String {
    let kept = member.split(';').filter(|part| {
        let part = part.split_once(':');
        part.is_some_and(|(name, value)| keep(name, value))
    });
    kept.collect::<Vec<_>>().join(";")
}

/// The member of a decision by `rate`; `None` if the rate doesn't explain the decision, as after the limit of traces a
/// second.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of 2^56 is a number from 0 to 2^56"
)]
fn decided(trace_id_low: u64, rate: f64, is_kept: bool) -> Option<String> {
    const ALL: u64 = 1 << 56;
    let threshold = ((1.0 - rate) * ALL as f64) as u64;
    let randomness = !trace_id_low.wrapping_mul(KNUTH_FACTOR) >> 8;
    if threshold >= ALL || (randomness >= threshold) != is_kept {
        return None;
    }
    let digits = format!("{threshold:014x}");
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    Some(format!("{OT}=rv:{randomness:014x};th:{digits}"))
}
