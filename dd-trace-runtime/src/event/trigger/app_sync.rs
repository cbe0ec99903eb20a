//! AppSync resolvers, for which Datadog's libraries make no span.

use super::source::Source;
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "appsync",
    matches: |event| {
        let [field] = event.field(Member::Info).members([b"fieldName"]);
        event.members.has(Member::Request) && field.is_there()
    },
    ..Source::NONE
};
