//! Subscriptions to CloudWatch Logs. Their data is compressed, and isn't unpacked just for the name in its ARN.

use super::source::Source;
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "cloudwatch-logs",
    matches: |event| event.members.has(Member::AwsLogs),
    ..Source::NONE
};
