//! The `tracestate` header: our own member `dd`, and the members of other vendors.

use std::borrow::Cow;

use opentelemetry::propagation::Extractor;

use super::dd_member::{DdMember, DdWriter, decode, items, push_encoded, push_priority};
use super::ot_member::{OT, well_formed};
use crate::context::carrier::within;
use crate::context::header_text::{self, is_name, is_printable, split_once};
use crate::context::trace_context::{RUM, TAG_PREFIX, TraceContext};
use crate::digits::{parse_hex_u64, push_hex};

pub(super) const HEADER: &str = "tracestate";

/// How many members the W3C allows, ours included.
const MAX_MEMBERS: usize = 32;
/// The length of a header that every system must be able to forward.
const MAX_LENGTH: usize = 512;
/// The length of what the W3C calls a long member, which goes first when the header is too long.
const LONG_MEMBER: usize = 128;

/// How many bytes of our member are read. The W3C allows a value 256.
const MAX_DD_READ: usize = 1_024;
/// How many bytes of the other vendors' members are kept. The W3C asks for at least 512.
const MAX_VENDORS_READ: usize = 8_192;

/// Our member with its key, and a value as long as the W3C allows.
const DD_MEMBER_MAX_LENGTH: usize = 256;
const DD_KEY: &str = "dd=";

/// The header. If it is sent more than once, the values are one list.
pub(super) fn header(extractor: &dyn Extractor) -> Option<Cow<'_, str>> {
    let values = extractor.get_all(HEADER)?;
    match values.as_slice() {
        [] => None,
        [value] => Some(Cow::Borrowed(*value)),
        many => Some(Cow::Owned(many.join(","))),
    }
}

/// Adds the members of other vendors to a context, and returns our own.
///
/// Only malformed members are left out: the others are still worth having.
pub(super) fn split<'a>(header: &'a str, context: &mut TraceContext) -> Option<&'a str> {
    let mut dd = None;
    let mut vendors = Vendors::default();
    for member in header_text::split(header, b',') {
        let member = member.trim_matches([' ', '\t']);
        match split_once(member, b'=') {
            Some(("dd", value)) => dd = dd.or(Some(within(value, MAX_DD_READ, b";"))),
            Some((key, value)) if is_vendor_member(key, value) => {
                vendors.take(key, value, member);
            }
            _ => {}
        }
    }
    context.set_vendor_members(vendors.members);
    dd
}

/// Adds what our member knows to a context from a `traceparent` with that flag.
pub(super) fn decide_by(dd: Option<&str>, sampled: bool, context: &mut TraceContext) {
    let priority = dd.and_then(|value| read_dd(value, context));
    decide(sampled, priority, context);
}

/// The members of other vendors, as many as are kept.
#[derive(Default)]
struct Vendors {
    members: String,
    count: usize,
    has_ot: bool,
}

impl Vendors {
    fn take(&mut self, key: &str, value: &str, member: &str) {
        let has_room = self.members.len() + member.len() < MAX_VENDORS_READ;
        if self.count >= MAX_MEMBERS - 1 || !has_room {
            return;
        }
        if key == OT {
            if std::mem::replace(&mut self.has_ot, true) {
                return;
            }
            match well_formed(value) {
                None => return,
                Some(Cow::Borrowed(_)) => {}
                // The W3C asks for a member that was changed to stand first.
                Some(Cow::Owned(rest)) => {
                    let separator = if self.members.is_empty() { "" } else { "," };
                    self.members
                        .insert_str(0, &format!("{OT}={rest}{separator}"));
                    self.count += 1;
                    return;
                }
            }
        }
        self.count += 1;
        if !self.members.is_empty() {
            self.members.push(',');
        }
        self.members.push_str(member);
    }
}

/// Whether our member has no priority. Then its flag says "kept" to readers that know only the flag, and the
/// decision isn't taken yet.
pub(super) fn leaves_open(header: &str) -> bool {
    let mut members = header.split(',').map(str::trim);
    let ours = members.find_map(|member| member.strip_prefix(DD_KEY));
    ours.is_some_and(|ours| {
        DdMember::parse(within(ours, MAX_DD_READ, b";"))
            .priority
            .is_none()
    })
}

/// The header as a span link keeps it: as many members as every system must be able to forward.
pub(super) fn linked(header: &str) -> &str {
    within(header, MAX_LENGTH, b",")
}

fn is_vendor_member(key: &str, value: &str) -> bool {
    is_name(key) && !value.is_empty() && is_printable(value)
}

/// Takes the origin, the last parent and the tags from our member. Returns its priority.
fn read_dd(value: &str, context: &mut TraceContext) -> Option<i8> {
    let mut priority = None;
    for (key, value) in items(value) {
        match key {
            "s" => priority = value.parse().ok(),
            "o" => context.set_origin(decode(value).into_owned()),
            "p" => context.last_parent_id = parse_hex_u64(value),
            _ => {
                // A `tid` would say less than the `traceparent`, which holds the whole trace id.
                let suffix = key.strip_prefix("t.");
                if let Some(suffix) = suffix.filter(|suffix| *suffix != "tid") {
                    context.set_tag(suffix, &decode(value));
                }
            }
        }
    }
    priority
}

/// The flag of `traceparent` wins over our member: another vendor may have changed it on the way.
fn decide(sampled: bool, priority: Option<i8>, context: &mut TraceContext) {
    let agrees = priority.is_some_and(|priority| (priority > 0) == sampled);
    if agrees {
        context.sampling_priority = priority;
    } else if priority.is_none() && context.origin() == Some(RUM) {
        context.sampling_priority = None;
    } else if sampled {
        context.sampling_priority = Some(1);
        context.set_tag("dm", "-0");
    } else {
        context.sampling_priority = Some(0);
        context.remove_tag("dm");
    }
}

/// Appends the header for the spans below the context's parent.
pub(super) fn write(context: &TraceContext, out: &mut String) {
    let start = out.len();
    out.push_str(DD_KEY);
    write_dd(context, out);
    let room = MAX_LENGTH.saturating_sub(out.len() - start);
    push_vendor_members(out, context.vendor_members(), room);
}

fn write_dd(context: &TraceContext, header: &mut String) {
    let mut member = DdWriter::new(header, DD_MEMBER_MAX_LENGTH - DD_KEY.len());
    if let Some(priority) = context.sampling_priority() {
        member.item("s", |out| push_priority(out, priority));
    }
    if let Some(origin) = context.origin() {
        member.item("o", |out| push_encoded(out, origin));
    }
    let last_parent = context.last_datadog_parent();
    let last_parent = last_parent.unwrap_or(context.parent_id());
    member.item("p", |out| push_hex(out, last_parent));
    for (key, value) in context.tags() {
        if let Some(suffix) = key.strip_prefix(TAG_PREFIX) {
            member.tag(suffix, value);
        }
    }
}

/// Appends the members of other vendors, mostly as they came. Beyond the limits the long ones are left out first, and
/// then the last ones.
fn push_vendor_members(out: &mut String, members: &str, room: usize) {
    if members.is_empty() {
        return;
    }
    if members.len() < room && members.split(',').count() < MAX_MEMBERS {
        out.push(',');
        out.push_str(members);
        return;
    }
    let mut kept: Vec<&str> = members.split(',').take(MAX_MEMBERS - 1).collect();
    let mut length = kept.iter().map(|member| member.len() + 1).sum::<usize>();
    let mut index = kept.len();
    while length > room && index > 0 {
        index -= 1;
        if kept.get(index).is_some_and(|m| m.len() > LONG_MEMBER) {
            length -= kept.remove(index).len() + 1;
        }
    }
    while length > room {
        let Some(last) = kept.pop() else { break };
        length -= last.len() + 1;
    }
    for member in kept {
        out.push(',');
        out.push_str(member);
    }
}
