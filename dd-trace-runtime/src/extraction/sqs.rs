//! SQS: the message attribute `_datadog`.

use super::attribute;
use crate::carrier::Carrier;
use crate::json::Reader;

/// The carrier in `messageAttributes._datadog` of the record that comes next (`extraction.md` 2.5);
/// what follows it is not read.
///
/// The message body is the user's; no Datadog library looks into it for a carrier.
pub(super) fn carrier(json: &mut Reader<'_>) -> Option<Carrier> {
    enter(json, b"messageAttributes")?;
    enter(json, b"_datadog")?;
    attribute::carrier(json)
}

/// Goes to the member `name` of the object that comes next.
fn enter(json: &mut Reader<'_>, name: &[u8]) -> Option<()> {
    let object = json.object()?;
    while let Some(member) = json.member(object) {
        if *member == *name {
            return Some(());
        }
    }
    None
}
