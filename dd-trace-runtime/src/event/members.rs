//! The members of an event that extraction or detection reads.

use crate::json::{Place, Reader};

/// A member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Member {
    AwsLogs,
    Datadog,
    Detail,
    DetailType,
    DurableExecutionArn,
    EventSource,
    EventSourceArn,
    Execution,
    Headers,
    HttpMethod,
    Info,
    InitialExecutionState,
    KafkaRecords,
    Method,
    MultiValueHeaders,
    Path,
    Payload,
    RawPath,
    RawPathOfLattice,
    Records,
    Request,
    RequestContext,
    Resource,
    Resources,
    RouteKey,
    Source,
    State,
    StateMachine,
    Time,
    Version,
}

impl Member {
    const COUNT: usize = Self::Version as usize + 1;

    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"awslogs" => Self::AwsLogs,
            b"_datadog" => Self::Datadog,
            b"detail" => Self::Detail,
            b"detail-type" => Self::DetailType,
            b"DurableExecutionArn" => Self::DurableExecutionArn,
            b"eventSource" => Self::EventSource,
            b"eventSourceArn" => Self::EventSourceArn,
            b"Execution" => Self::Execution,
            b"headers" => Self::Headers,
            b"httpMethod" => Self::HttpMethod,
            b"info" => Self::Info,
            b"InitialExecutionState" => Self::InitialExecutionState,
            b"records" => Self::KafkaRecords,
            b"method" => Self::Method,
            b"multiValueHeaders" => Self::MultiValueHeaders,
            b"path" => Self::Path,
            b"Payload" => Self::Payload,
            b"rawPath" => Self::RawPath,
            b"raw_path" => Self::RawPathOfLattice,
            b"Records" => Self::Records,
            b"request" => Self::Request,
            b"requestContext" => Self::RequestContext,
            b"resource" => Self::Resource,
            b"resources" => Self::Resources,
            b"routeKey" => Self::RouteKey,
            b"source" => Self::Source,
            b"State" => Self::State,
            b"StateMachine" => Self::StateMachine,
            b"time" => Self::Time,
            b"version" => Self::Version,
            _ => return None,
        })
    }
}

/// Where they stand in the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members<'a>([Option<Place<'a>>; Member::COUNT]);

impl<'a> Members<'a> {
    /// Notes that the value of `member` is what comes next.
    pub(crate) fn set(&mut self, member: Member, json: &Reader<'a>) {
        if let Some(slot) = self.0.get_mut(member as usize) {
            *slot = Some(json.place());
        }
    }

    /// The member, ready to be read.
    pub(crate) fn get(&self, member: Member) -> Option<Reader<'a>> {
        self.0.get(member as usize)?.map(Place::reader)
    }

    pub(crate) fn has(&self, member: Member) -> bool {
        self.0.get(member as usize).is_some_and(Option::is_some)
    }
}
