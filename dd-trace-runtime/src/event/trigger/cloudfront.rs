//! Lambda@Edge.

use std::borrow::Cow;

use super::arn::Arn;
use super::event::Event;
use super::source::{Details, Source};

pub(super) const SOURCE: Source = Source {
    name: "cloudfront",
    matches: |event| event.record.cloudfront.is_there(),
    details: |event, function| Details::of_arn(arn(event, function)),
    ..Source::NONE
};

fn arn<'a>(event: &Event<'a>, function: &str) -> Option<Cow<'a, str>> {
    let function = Arn::parse(function)?;
    let [config] = event.record.cloudfront.members([b"config"]);
    let [distribution] = config.members([b"distributionId"]);
    let distribution = distribution.text()?;
    let (partition, account) = (function.partition, function.account);
    Some(format!("arn:{partition}:cloudfront::{account}:distribution/{distribution}").into())
}
