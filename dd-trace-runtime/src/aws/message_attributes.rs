//! The message attribute `_datadog`, in SQS and SNS alike.

use std::collections::HashMap;

use super::DATADOG;
use super::left_out::{LeftOut, Reason};
use super::limits::{Batch, Limit};

/// SQS accepts no more, nor does SNS where it delivers raw messages to SQS.
const MAX_ATTRIBUTES: usize = 10;

/// A message attribute of one of the SDK's services.
pub(super) trait Attribute: Sized {
    /// The type of one that holds a carrier.
    const TYPE: &'static str;

    /// One of that type that holds a carrier's JSON text.
    fn holding(json: &str) -> Option<Self>;

    /// The bytes of its type and value, which count towards the size of a message.
    fn size(&self) -> usize;
}

/// The message attributes of an input.
pub(super) type Attributes<A> = Option<HashMap<String, A>>;

/// The bytes of the attributes, as they count towards the size of a message.
pub(super) fn size<A: Attribute>(attributes: Option<&HashMap<String, A>>) -> usize {
    let given = attributes.into_iter().flatten();
    given
        .map(|(name, attribute)| name.len() + attribute.size())
        .sum()
}

/// A message that is to be sent.
#[derive(Debug)]
pub(super) struct Message<'a, A> {
    /// The bytes beside the attributes.
    pub(super) size: usize,
    pub(super) attributes: &'a mut Attributes<A>,
}

/// Adds the attribute to every message that has room for it; an older one is replaced.
pub(super) fn inject<'a, A: Attribute + 'a>(
    messages: impl ExactSizeIterator<Item = Message<'a, A>>,
    limit: Limit,
    json: &str,
) -> Option<LeftOut> {
    let added = DATADOG.len() + A::TYPE.len() + json.len();
    let mut batch = Batch::new(limit, limit, messages.len());
    for Message { size, attributes } in messages {
        let given = attributes.iter().flatten();
        let (mut before, mut kept, mut others) = (size, size, 0);
        for (name, attribute) in given {
            let bytes = name.len() + attribute.size();
            before += bytes;
            if name != DATADOG {
                kept += bytes;
                others += 1;
            }
        }
        let change = if others < MAX_ATTRIBUTES {
            Ok((kept + added, attributes))
        } else {
            Err(Reason::Attributes)
        };
        batch.add(before, change);
    }
    batch.apply(|attributes| {
        if let Some(attribute) = A::holding(json) {
            let attributes = attributes.get_or_insert_default();
            attributes.insert(DATADOG.to_owned(), attribute);
        }
    })
}
