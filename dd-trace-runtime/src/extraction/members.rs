//! The members of an event that some source reads.

use crate::json::Reader;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Datadog,
    Detail,
    DurableExecutionArn,
    Execution,
    Headers,
    InitialExecutionState,
    KafkaRecords,
    MultiValueHeaders,
    Payload,
    Records,
    Request,
    RequestContext,
}

impl Member {
    const COUNT: usize = Self::RequestContext as usize + 1;

    fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"_datadog" => Self::Datadog,
            b"detail" => Self::Detail,
            b"DurableExecutionArn" => Self::DurableExecutionArn,
            b"Execution" => Self::Execution,
            b"headers" => Self::Headers,
            b"InitialExecutionState" => Self::InitialExecutionState,
            b"records" => Self::KafkaRecords,
            b"multiValueHeaders" => Self::MultiValueHeaders,
            b"Payload" => Self::Payload,
            b"Records" => Self::Records,
            b"request" => Self::Request,
            b"requestContext" => Self::RequestContext,
            _ => return None,
        })
    }
}

/// Where they stand in the text.
#[derive(Debug, Default)]
pub(super) struct Members<'a>([Option<Reader<'a>>; Member::COUNT]);

impl<'a> Members<'a> {
    /// Reads the event until `settled` says, before a member is stepped over, that what has been seen is
    /// enough. It is told the member that comes next; `None` for one that no source reads.
    pub(super) fn read(
        event: &'a [u8],
        mut settled: impl FnMut(&Self, &[u8], Option<Member>) -> bool,
    ) -> Self {
        let mut members = Self::default();
        let mut json = Reader::new(event);
        let Some(object) = json.object() else {
            return members;
        };
        while let Some(name) = json.member(object) {
            let member = Member::named(&name);
            let slot = member.and_then(|member| members.0.get_mut(member as usize));
            if let Some(slot) = slot {
                *slot = Some(json.clone());
            }
            if settled(&members, &name, member) {
                break;
            }
        }
        members
    }

    /// The member, ready to be read.
    pub(super) fn get(&self, member: Member) -> Option<Reader<'a>> {
        self.0.get(member as usize)?.clone()
    }
}
