//! What the `dd` member of a trace state says about the trace.

use std::borrow::Cow;

use opentelemetry::trace::SpanContext;

use crate::context::propagation::{DD, decode, items};

/// The sampling decision of a trace, with what travels along with it.
///
/// The member looks like `s:2;o:rum;t.dm:-4`, with `~` in the place of `=`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decision<'a> {
    member: &'a str,
    sampled: bool,
}

impl<'a> Decision<'a> {
    pub(super) fn of(context: &'a SpanContext) -> Self {
        Self {
            member: context.trace_state().get(DD).unwrap_or_default(),
            sampled: context.is_sampled(),
        }
    }

    /// The sampling priority; a trace without one is kept or dropped as its sampled flag says.
    pub(super) fn priority(self) -> i8 {
        items(self.member)
            .find(|(key, _)| *key == "s")
            .and_then(|(_, priority)| priority.parse().ok())
            .unwrap_or(i8::from(self.sampled))
    }

    /// Where the trace began, such as `rum` or `synthetics`.
    pub(super) fn origin(self) -> Option<Cow<'a, str>> {
        items(self.member)
            .find(|(key, origin)| *key == "o" && !origin.is_empty())
            .map(|(_, origin)| decode(origin))
    }

    /// The propagation tags, without their prefix `_dd.p.`.
    ///
    /// `tid` is left out: the trace id itself says it.
    pub(super) fn propagation_tags(self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        items(self.member)
            .filter_map(|(key, value)| Some((key.strip_prefix("t.")?, decode(value))))
            .filter(|(tag, _)| !tag.is_empty() && *tag != "tid")
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanId, TraceFlags, TraceId, TraceState};

    use super::*;

    fn context(member: Option<&str>, flags: TraceFlags) -> SpanContext {
        let state = match member {
            Some(member) => TraceState::from_key_value([("dd", member)]).unwrap(),
            None => TraceState::NONE,
        };
        SpanContext::new(TraceId::from(1), SpanId::from(1), flags, false, state)
    }

    #[test]
    fn priority_origin_and_tags_come_from_the_member() {
        let context = context(
            Some("s:-1;o:rum~x;t.dm:-4;t.usr.id:YQ~~;t.tid:0a"),
            TraceFlags::SAMPLED,
        );
        let decision = Decision::of(&context);
        assert_eq!(decision.priority(), -1);
        assert_eq!(decision.origin().unwrap(), "rum=x");
        let tags: Vec<_> = decision.propagation_tags().collect();
        assert_eq!(tags, [("dm", "-4".into()), ("usr.id", Cow::from("YQ=="))]);
    }

    #[test]
    fn without_a_priority_the_sampled_flag_decides() {
        for member in [None, Some("o:rum"), Some("s:many"), Some("s")] {
            let kept = context(member, TraceFlags::SAMPLED);
            assert_eq!(Decision::of(&kept).priority(), 1, "{member:?}");
            let dropped = context(member, TraceFlags::default());
            assert_eq!(Decision::of(&dropped).priority(), 0, "{member:?}");
        }
    }
}
