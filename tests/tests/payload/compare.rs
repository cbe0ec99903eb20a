//! Derives one type by both macros, and compares what they write.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde::Serialize;
use serde_json::Value;

/// Where the trace context is written.
pub(crate) enum Shape {
    /// After the last member.
    Object,
    /// Nowhere, because the value is not an object.
    Other,
}

/// What [`in_trace`] adds to an object.
pub(crate) const ADDED: &str = r#""_datadog":{"x-datadog-trace-id":"7","x-datadog-parent-id":"8","x-datadog-sampling-priority":"1","traceparent":"00-00000000000000000000000000000007-0000000000000008-01","tracestate":"dd=s:1;p:0000000000000008"}"#;

/// Runs `body` where trace 7 with span 8 is active.
pub(crate) fn in_trace<R>(body: impl FnOnce() -> R) -> R {
    let active = Context::new().with_remote_span_context(SpanContext::new(
        TraceId::from(7),
        SpanId::from(8),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    ));
    let _active = active.attach();
    body()
}

pub(crate) fn json(payload: &impl Serialize) -> String {
    serde_json::to_string(payload).unwrap()
}

/// `object` with the trace context as its last member.
pub(crate) fn with_added(object: &str) -> String {
    let members = object.strip_suffix('}').unwrap();
    let comma = if members == "{" { "" } else { "," };
    format!("{members}{comma}{ADDED}}}")
}

pub(crate) fn compare(shape: &Shape, ours: &impl Serialize, theirs: &impl Serialize) {
    let text = json(theirs);
    assert_eq!(json(ours), text, "outside of a trace");

    let expected = match shape {
        Shape::Object => with_added(&text),
        Shape::Other => text,
    };
    in_trace(|| {
        assert_eq!(json(ours), expected, "in a trace");
        // Another serializer of the same data model.
        let value: Value = serde_json::from_str(&expected).unwrap();
        assert_eq!(serde_json::to_value(ours).unwrap(), value);
        // A reader that counts fields would misread one more.
        let counted = rmp_serde::to_vec(theirs).unwrap();
        assert_eq!(rmp_serde::to_vec(ours).unwrap(), counted);
        let named = rmp_serde::to_vec_named(theirs).unwrap();
        assert_eq!(rmp_serde::to_vec_named(ours).unwrap(), named);
    });
}

/// Defines a test: `name: Shape, { other items } type = value`.
///
/// Each of the two macros derives `type` from the same tokens.
macro_rules! same {
    ($($name:ident: $shape:ident, { $($item:item)* } $type:item = $value:expr;)*) => {
        $(#[test]
        fn $name() {
            #[allow(unused_imports, dead_code)]
            mod ours {
                use super::*;
                $($item)*
                #[derive(dd_trace_runtime::TracedPayload)]
                $type
                pub(super) fn value() -> impl serde::Serialize {
                    $value
                }
            }
            #[allow(unused_imports, dead_code)]
            mod theirs {
                use super::*;
                $($item)*
                #[derive(serde::Serialize)]
                $type
                pub(super) fn value() -> impl serde::Serialize {
                    $value
                }
            }
            let shape = $crate::compare::Shape::$shape;
            $crate::compare::compare(&shape, &ours::value(), &theirs::value());
        })*
    };
}

pub(crate) use same;
