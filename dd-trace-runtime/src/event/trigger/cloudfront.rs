//! Lambda@Edge.

use super::arn::Arn;
use super::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "cloudfront",
    matches: |event| event.record.cloudfront.is_there(),
    arn: |event, function| {
        let function = Arn::parse(function)?;
        let [config] = event.record.cloudfront.members([b"config"]);
        let [distribution] = config.members([b"distributionId"]);
        let distribution = distribution.text()?;
        let (partition, account) = (function.partition, function.account);
        Some(format!("arn:{partition}:cloudfront::{account}:distribution/{distribution}").into())
    },
    ..Source::NONE
};
