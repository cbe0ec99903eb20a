//! The span of a process's start, in the trace of its first invocation.

use std::fs;
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
    let age = process_age().unwrap_or_else(|| telemetry.cold_start().age());
    let start = init_start(now, age);
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

/// How long the process has existed, to a hundredth of a second; `None` without `/proc`.
fn process_age() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let uptime = fs::read_to_string("/proc/uptime").ok()?;
    age(&stat, &uptime)
}

/// Linux reports times to user space in hundredths of a second, on every architecture that Lambda has.
const TICKS_PER_SECOND: f64 = 100.0;

/// The start is the 22nd field of `stat`. The second, the program's name, may contain anything.
fn age(stat: &str, uptime: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u32 = fields.split_whitespace().nth(19)?.parse().ok()?;
    let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(uptime - f64::from(ticks) / TICKS_PER_SECOND).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_a_process_is_the_time_since_its_start() {
        let stat = "7 (a ) name) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1";
        assert_eq!(
            age(stat, "125.95 300.00\n"),
            Some(Duration::from_millis(2500))
        );
        assert_eq!(age(stat, "1.00 1.00"), None);
        assert_eq!(age("7 (name) S 1", "125.95"), None);
        assert_eq!(age("", ""), None);
    }

    #[test]
    fn an_initialisation_is_no_longer_than_lambda_allows() {
        let now = SystemTime::now();
        let lasts = |seconds| {
            let start = init_start(now, Duration::from_secs(seconds));
            now.duration_since(start).unwrap().as_secs()
        };
        assert_eq!([0, 3, 10, 11, 3_600].map(lasts), [0, 3, 10, 10, 10]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_an_age() {
        assert!(process_age().unwrap() < Duration::from_secs(24 * 60 * 60));
    }
}
