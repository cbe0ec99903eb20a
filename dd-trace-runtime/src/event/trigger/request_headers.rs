//! The headers of an HTTP request that become tags.

use std::borrow::Cow;

use super::arn::part;
use super::fields::Field;
use super::source::without_query;
use crate::event::members::{Member, Members};
use crate::json::Reader;

/// A header in any letter case, from `headers` or `multiValueHeaders`; the first of several values.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestHeaders<'a> {
    pub(super) forwarded_proto: Option<Cow<'a, str>>,
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) invocation_type: Option<Cow<'a, str>>,
    pub(super) referer: Option<Cow<'a, str>>,
    pub(super) user_agent: Option<Cow<'a, str>>,
}

impl<'a> RequestHeaders<'a> {
    pub(super) fn read(members: &Members<'a>) -> Self {
        let mut headers = Self::default();
        for member in [Member::Headers, Member::MultiValueHeaders] {
            if let Some(json) = members.get(member) {
                headers.add(json);
            }
        }
        headers
    }

    fn add(&mut self, mut json: Reader<'a>) {
        let Some(object) = json.object() else {
            return;
        };
        while let Some(name) = json.member(object) {
            self.note(&name, &json);
        }
    }

    /// Notes that the value of the header `name` is what comes next.
    pub(crate) fn note(&mut self, name: &[u8], json: &Reader<'a>) {
        if let Some(slot) = self.named(name)
            && slot.is_none()
        {
            let value = Field::next(json);
            *slot = value.text().or_else(|| value.first().text());
        }
    }

    fn named(&mut self, name: &[u8]) -> Option<&mut Option<Cow<'a, str>>> {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        // The length alone rules out most headers.
        match name.len() {
            4 if is(b"host") => Some(&mut self.host),
            7 if is(b"referer") => Some(&mut self.referer),
            10 if is(b"user-agent") => Some(&mut self.user_agent),
            17 if is(b"x-forwarded-proto") => Some(&mut self.forwarded_proto),
            21 if is(b"x-amz-invocation-type") => Some(&mut self.invocation_type),
            _ => None,
        }
    }

    /// The page that the request came from, without its query string.
    pub(super) fn referer(&self) -> Option<Cow<'a, str>> {
        part(self.referer.as_ref()?, |page| Some(without_query(page)))
    }

    /// Whether the caller asked not to wait for the function.
    pub(super) fn is_async(&self) -> bool {
        self.invocation_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("event"))
    }
}
