//! SQS: the message attribute `_datadog`.

use std::ops::ControlFlow;

use serde_json::value::RawValue;

use super::attribute;
use crate::carrier::Carrier;
use crate::json::{self, Members, Read};

/// The carrier in `messageAttributes._datadog` of a record (`extraction.md` 2.5).
///
/// The message body is the user's; no Datadog library looks into it for a carrier.
pub(super) fn carrier(record: &RawValue) -> Option<Carrier> {
    let mut record_member = Member::named("messageAttributes");
    json::members(record.get().as_bytes(), &mut record_member);
    let mut attribute = Member::named("_datadog");
    json::members(record_member.value?.get().as_bytes(), &mut attribute);
    attribute::carrier(attribute.value?)
}

/// One member of an object; what follows it is not read.
struct Member<'a> {
    name: &'static str,
    value: Option<&'a RawValue>,
}

impl Member<'_> {
    fn named(name: &'static str) -> Self {
        Self { name, value: None }
    }
}

impl<'a> Members<'a> for Member<'a> {
    fn want(&mut self, name: &str) -> Read {
        if name == self.name {
            Read::Whole
        } else {
            Read::Nothing
        }
    }

    fn take(&mut self, _: &str, value: &'a RawValue) -> ControlFlow<()> {
        self.value = Some(value);
        ControlFlow::Break(())
    }
}
