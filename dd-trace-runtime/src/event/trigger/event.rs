//! The parts of an event that detection reads.

use std::borrow::Cow;

use super::fields::Field;
use super::request_headers::RequestHeaders;
use super::step_functions::ContextObject;
use crate::context::carrier::Carrier;
use crate::event::members::{Member, Members};
use crate::json::{Level, Reader};

/// The members of the event, of its request context and of its first record, each object read once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event<'a> {
    pub(crate) members: Members<'a>,
    pub(crate) request: RequestContext<'a>,
    pub(crate) record: Record<'a>,
    /// The headers of an HTTP request, if they have been read.
    pub(crate) headers: Option<RequestHeaders<'a>>,
    /// The execution in the event itself, if it has been read.
    pub(crate) execution: Option<Execution<'a>>,
    /// The first record of Kafka, if it has been read.
    pub(crate) kafka: Option<KafkaRecord<'a>>,
    /// `_datadog` in `detail`, if it has been looked for.
    pub(crate) carrier: Option<Field<'a>>,
    /// What the authorizer returned for this very request.
    pub(crate) authorizer: Option<Carrier>,
    /// Whether the event is known to have no context object of Step Functions.
    pub(crate) is_no_task: bool,
    /// That object; in a box, as few events have one.
    pub(super) task: Option<Box<ContextObject<'a>>>,
}

impl<'a> Event<'a> {
    /// Goes on to the next member of the event, notes where it stands, and reads it if it is the request
    /// context. `None` for a member that isn't needed.
    pub(crate) fn next_member(
        &mut self,
        json: &mut Reader<'a>,
        event: Level,
    ) -> Option<(Cow<'a, [u8]>, Option<Member>)> {
        let name = json.member(event)?;
        let member = Member::named(&name);
        if let Some(member) = member {
            self.members.set(member, json);
        }
        if member == Some(Member::RequestContext) {
            self.request = RequestContext::read(json);
        }
        Some((name, member))
    }

    /// Reads the whole event and the first of its records.
    pub(crate) fn whole(text: &'a [u8]) -> Self {
        let mut event = Self::default();
        let mut json = Reader::new(text);
        let Some(object) = json.object() else {
            return event;
        };
        while let Some((_, member)) = event.next_member(&mut json, object) {
            if member == Some(Member::Records)
                && let Some(array) = json.array()
                && json.element(array)
            {
                event.record = Record::read(&mut json);
            }
        }
        event
    }

    /// Looks for a context object of Step Functions.
    pub(super) fn find_task(&mut self) {
        if !self.is_no_task {
            self.task = ContextObject::of(self).map(Box::new);
        }
    }

    /// The headers of an HTTP request, which are read here unless they already have been.
    pub(super) fn request_headers(&self) -> RequestHeaders<'a> {
        match &self.headers {
            Some(headers) => headers.clone(),
            None => RequestHeaders::read(&self.members),
        }
    }

    pub(crate) fn field(&self, member: Member) -> Field<'a> {
        Field::new(self.members.get(member))
    }

    /// A member of the event that is text and isn't empty.
    pub(crate) fn text(&self, member: Member) -> Option<Cow<'a, str>> {
        self.field(member).text()
    }
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident {
        $($field:ident: $key:literal,)*
        $(; $($object:ident: $object_key:literal as $inner:ident,)+)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name<'a> {
            $(pub(crate) $field: Field<'a>,)*
            $($(pub(crate) $object: Option<$inner<'a>>,)+)?
        }

        impl<'a> $name<'a> {
            /// Reads the object that comes next, if there is one, to its end.
            pub(super) fn read(json: &mut Reader<'a>) -> Self {
                let mut fields = Self::default();
                if let Some(object) = json.object() {
                    while let Some(name) = json.member(object) {
                        fields.note(&name, json);
                        $($(if *name == *$object_key {
                            fields.$object = Some($inner::read(json));
                        })+)?
                    }
                }
                fields
            }

            /// Notes that the value of the member `name` is what comes next.
            pub(crate) fn note(&mut self, name: &[u8], json: &Reader<'a>) {
                let field = match name {
                    $($key => &mut self.$field,)*
                    _ => return,
                };
                *field = Field::next(json);
            }
        }
    };
}

fields! {
    /// `requestContext` of API Gateway, function URLs, load balancers and VPC Lattice.
    RequestContext {
        api_id: b"apiId",
        authorizer: b"authorizer",
        connection_id: b"connectionId",
        domain_name: b"domainName",
        elb: b"elb",
        event_type: b"eventType",
        http_method: b"httpMethod",
        message_direction: b"messageDirection",
        path: b"path",
        request_id: b"requestId",
        request_time_epoch: b"requestTimeEpoch",
        resource_path: b"resourcePath",
        route_key: b"routeKey",
        service_network_arn: b"serviceNetworkArn",
        stage: b"stage",
        target_group_arn: b"targetGroupArn",
        time_epoch: b"timeEpoch",
        ; http: b"http" as Http,
    }
}

fields! {
    /// `http` in the request context of HTTP APIs and function URLs.
    Http {
        method: b"method",
        path: b"path",
        protocol: b"protocol",
        source_ip: b"sourceIp",
    }
}

fields! {
    /// A record of a batch, from any service that sends `Records`.
    Record {
        attributes: b"attributes",
        body: b"body",
        cloudfront: b"cf",
        dynamodb: b"dynamodb",
        event_id: b"eventID",
        event_name: b"eventName",
        event_source: b"eventSource",
        event_source_arn: b"eventSourceARN",
        event_subscription_arn: b"EventSubscriptionArn",
        event_time: b"eventTime",
        event_version: b"eventVersion",
        receipt_handle: b"receiptHandle",
        s3: b"s3",
        sns_event_source: b"EventSource",
        ; kinesis: b"kinesis" as KinesisData,
        sns: b"Sns" as Notification,
    }
}

fields! {
    /// `kinesis` in a record.
    KinesisData {
        arrived: b"approximateArrivalTimestamp",
        partition_key: b"partitionKey",
    }
}

fields! {
    /// `Sns` in a record, or the body of an SQS message that SNS sent.
    Notification {
        kind: b"Type",
        message: b"Message",
        message_id: b"MessageId",
        subject: b"Subject",
        timestamp: b"Timestamp",
        topic_arn: b"TopicArn",
    }
}

fields! {
    /// An execution of Step Functions, as the context object describes it.
    Execution {
        id: b"Id",
        redrives: b"RedriveCount",
    }
}

fields! {
    /// A record of Kafka.
    KafkaRecord {
        partition: b"partition",
        timestamp: b"timestamp",
        topic: b"topic",
    }
}

impl Record<'_> {
    /// Whether the record names a service of AWS that sent it.
    pub(crate) fn is_of_aws(&self) -> bool {
        let source = self
            .event_source
            .text()
            .or_else(|| self.sns_event_source.text());
        source.is_some_and(|source| source.starts_with("aws:"))
    }

    /// Whether the record says that it is of `service`, such as `aws:sqs`.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        self.event_source
            .text()
            .is_some_and(|source| source == service)
    }
}
