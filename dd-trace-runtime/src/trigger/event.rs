//! An event, as far as detection looks into it.

use std::borrow::Cow;

use super::fields::Field;
use crate::carrier::Carrier;
use crate::json::Reader;
use crate::members::{Member, Members};

/// The members of the event, of its request context and of its first record, each object read once.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    pub(crate) members: Members<'a>,
    pub(crate) request: RequestContext<'a>,
    pub(crate) record: Record<'a>,
    /// What the authorizer of this very request has returned.
    pub(crate) authorizer: Option<Carrier>,
}

impl<'a> Event<'a> {
    pub(crate) fn new(members: Members<'a>) -> Self {
        let records = Field::new(members.get(Member::Records));
        Self {
            request: RequestContext::read(members.get(Member::RequestContext)),
            record: Record::read(records.first().reader()),
            authorizer: None,
            members,
        }
    }

    pub(crate) fn with_authorizer(mut self, carrier: Option<Carrier>) -> Self {
        self.authorizer = carrier;
        self
    }

    pub(crate) fn field(&self, member: Member) -> Field<'a> {
        Field::new(self.members.get(member))
    }

    /// A member of the event that is text and not empty.
    pub(crate) fn text(&self, member: Member) -> Option<Cow<'a, str>> {
        self.field(member).text()
    }
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $key:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name<'a> {
            $(pub(crate) $field: Field<'a>,)*
        }

        impl<'a> $name<'a> {
            pub(crate) fn read(object: Option<Reader<'a>>) -> Self {
                let mut fields = Self::default();
                let Some(mut json) = object else {
                    return fields;
                };
                let Some(level) = json.object() else {
                    return fields;
                };
                while let Some(name) = json.member(level) {
                    let field = match &*name {
                        $($key => &mut fields.$field,)*
                        _ => continue,
                    };
                    *field = Field::new(Some(json.clone()));
                }
                fields
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
        http: b"http",
        http_method: b"httpMethod",
        identity: b"identity",
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
    }
}

fields! {
    /// A record of a batch, of any service that sends `Records`.
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
        kinesis: b"kinesis",
        receipt_handle: b"receiptHandle",
        s3: b"s3",
        sns: b"Sns",
        sns_event_source: b"EventSource",
    }
}

impl Record<'_> {
    /// Whether the record says that it is of `service`, such as `aws:sqs`.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        self.event_source
            .text()
            .is_some_and(|source| source == service)
    }
}
