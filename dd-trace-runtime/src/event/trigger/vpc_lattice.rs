//! VPC Lattice. No Datadog library knows its requests, and there is no span for them.

use super::arn::part;
use super::event::Event;
use super::source::{Details, HttpRequest, Source, without_query};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "vpc-lattice",
    matches: |event| {
        event.request.service_network_arn.is_there()
            || (event.members.has(Member::RawPathOfLattice) && event.members.has(Member::Method))
    },
    is_http: true,
    details: |event, _| Details {
        http: Some(http(event)),
        ..Details::of_arn(event.request.target_group_arn.text())
    },
    ..Source::NONE
};

fn http<'a>(event: &Event<'a>) -> HttpRequest<'a> {
    let headers = event.request_headers();
    let path = event
        .text(Member::Path)
        .or_else(|| event.text(Member::RawPathOfLattice));
    // Both forms of the path may contain the query.
    let path = path.and_then(|path| part(&path, |path| Some(without_query(path))));
    let host = headers.host.as_deref();
    HttpRequest {
        url: super::gateway::url(host, path.as_deref()).map(Into::into),
        path,
        method: event.text(Member::Method),
        route: None,
        referer: headers.referer(),
        user_agent: headers.user_agent,
    }
}
