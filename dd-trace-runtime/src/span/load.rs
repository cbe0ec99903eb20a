//! The span of a process's start, in the trace of its first invocation.

use std::time::{Duration, SystemTime};

use opentelemetry::Context;
use opentelemetry::trace::{Span, SpanBuilder, SpanKind};

use crate::conventions::OwnTags;
use crate::telemetry::Telemetry;

/// The longest that Lambda lets a function initialise. A process that is older was something else before, as under
/// `cargo lambda watch`, where it compiled the function.
const LONGEST_INIT: Duration = Duration::from_secs(10);

/// Makes the span `aws.lambda.load`, from the start of the process to `now`, when its first event came; it is
/// [`LONGEST_INIT`] long at most.
///
/// The extension shows Lambda's own init phase, `aws.lambda.cold_start`, only if it sees a span with this name, and
/// puts it below that one.
pub(crate) fn make_span(telemetry: &Telemetry, invocation: &Context, now: SystemTime) {
    let start = init_start(now, telemetry.cold_start().age());
    let function = telemetry.function("aws.lambda.load").name;
    let builder = SpanBuilder::from_name("aws.lambda.load")
        .with_kind(SpanKind::Internal)
        .with_start_time(start);
    let mut tags = OwnTags::new("aws.lambda.load", function.clone(), "serverless");
    tags.tag("operation_name", "aws.lambda.load");
    tags.tag("resource_names", function.as_str());
    let mut span = telemetry.tracer().start_own(builder, tags, invocation);
    span.end_with_timestamp(now);
}

/// When the initialisation began that has ended `now`, in a process of that age.
fn init_start(now: SystemTime, age: Duration) -> SystemTime {
    now.checked_sub(age.min(LONGEST_INIT)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_initialisation_is_no_longer_than_lambda_allows() {
        let now = SystemTime::now();
        let lasts = |seconds| {
            let start = init_start(now, Duration::from_secs(seconds));
            now.duration_since(start).unwrap().as_secs()
        };
        assert_eq!([0, 3, 10, 11, 3_600].map(lasts), [0, 3, 10, 10, 10]);
    }
}
