//! What invoked the function.
//!
//! Each source has a file and a line in the table below.

mod arn;
mod authorizer;
mod event;
mod fields;
mod gateway;
mod pointer;
mod request_headers;
mod source;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use lambda_runtime::Context;

pub(crate) use self::arn::{Arn, last_part, second_part};
pub(crate) use self::authorizer::AUTHORIZER_FINISH_TIME;
pub(crate) use self::event::{
    Event, Execution, KafkaRecord, KinesisData, Notification, Record, RequestContext,
};
pub(crate) use self::fields::Field;
pub(crate) use self::pointer::of_item as pointer_of_item;
pub(crate) use self::request_headers::RequestHeaders;
use self::source::Source;
pub(crate) use self::source::{Details, InferredSpan};
use crate::event::raw::RawEvent;
use crate::event::span_pointer::SpanPointer;

/// The table of sources: the file of each, its kind, and the constant that describes it. The first that
/// matches an event is its trigger, as in Datadog's library for Python.
macro_rules! sources {
    ($($(#[$doc:meta])* $kind:ident = $file:ident::$source:ident,)*) => {
        /// The kind of a [`Trigger`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum TriggerKind {
            $($(#[$doc])* $kind,)*
        }

        const TABLE: &[(TriggerKind, &Source)] = &[$((TriggerKind::$kind, &$file::$source),)*];
    };
}

mod api_gateway_http;
mod api_gateway_rest;
mod api_gateway_websocket;
mod app_sync;
mod cloudfront;
mod cloudwatch_events;
mod cloudwatch_logs;
mod dynamodb;
mod eventbridge;
mod function_url;
mod kafka;
mod kinesis;
mod load_balancer;
mod s3;
mod sns;
mod sqs;
mod step_functions;
mod vpc_lattice;

sources! {
    /// Lambda@Edge.
    CloudFront = cloudfront::SOURCE,
    /// A queue of SQS.
    Sqs = sqs::SOURCE,
    /// A topic of SNS.
    Sns = sns::SOURCE,
    /// Notifications of S3.
    S3 = s3::SOURCE,
    /// A Kinesis data stream.
    Kinesis = kinesis::SOURCE,
    /// A DynamoDB stream.
    DynamoDb = dynamodb::SOURCE,
    /// Amazon's Kafka.
    Msk = kafka::MSK,
    /// A self-managed Kafka cluster.
    SelfManagedKafka = kafka::SELF_MANAGED,
    /// A task of Step Functions that passes the context object on.
    StepFunctions = step_functions::SOURCE,
    /// A scheduled rule.
    CloudWatchEvents = cloudwatch_events::SOURCE,
    /// EventBridge, its pipes and its scheduler.
    EventBridge = eventbridge::SOURCE,
    /// A subscription to CloudWatch Logs.
    CloudWatchLogs = cloudwatch_logs::SOURCE,
    /// An application load balancer.
    LoadBalancer = load_balancer::SOURCE,
    /// VPC Lattice.
    VpcLattice = vpc_lattice::SOURCE,
    /// A function URL.
    FunctionUrl = function_url::SOURCE,
    /// A WebSocket API of API Gateway.
    ApiGatewayWebSocket = api_gateway_websocket::SOURCE,
    /// An HTTP API of API Gateway, with payload format 2.0.
    ApiGatewayHttp = api_gateway_http::SOURCE,
    /// A REST API of API Gateway, or an HTTP API with payload format 1.0.
    ApiGatewayRest = api_gateway_rest::SOURCE,
    /// A resolver of AppSync.
    AppSync = app_sync::SOURCE,
}

/// What invoked a function, according to its event.
///
/// ```
/// use dd_trace_runtime::{RawEvent, Trigger, TriggerKind};
/// use lambda_runtime::Context;
///
/// let event = RawEvent::from(
///     r#"{"Records":[{"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:1:orders"}]}"#,
/// );
/// let trigger = Trigger::detect(&event).unwrap();
/// assert_eq!(trigger.kind(), TriggerKind::Sqs);
/// assert_eq!(trigger.arn(&Context::default()).unwrap(), "arn:aws:sqs:eu-west-1:1:orders");
/// ```
#[derive(Clone)]
pub struct Trigger<'a> {
    kind: TriggerKind,
    source: &'static Source,
    event: Event<'a>,
}

impl fmt::Debug for Trigger<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trigger")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

fn recognise(event: &mut Event<'_>) -> Option<&'static (TriggerKind, &'static Source)> {
    event.find_task();
    let mut table = TABLE.iter();
    table.find(|(_, source)| (source.matches)(event))
}

impl<'a> Trigger<'a> {
    /// Recognises the source of an event; `None` for an event that no known service sends, such as that of a
    /// direct invocation.
    ///
    /// Reads the event's text once and builds nothing from what it steps over.
    #[must_use]
    pub fn detect(event: &'a RawEvent) -> Option<Self> {
        Self::of(Event::whole(event.as_bytes()))
    }

    // In line, so that the event, which is large, is moved once.
    #[inline]
    pub(crate) fn of(mut event: Event<'a>) -> Option<Self> {
        let (kind, source) = recognise(&mut event)?;
        Some(Self {
            kind: *kind,
            source,
            event,
        })
    }

    /// The service.
    #[must_use]
    pub fn kind(&self) -> TriggerKind {
        self.kind
    }

    /// The value of the tag `function_trigger.event_source`, such as `sqs`.
    #[must_use]
    pub fn event_source(&self) -> &'static str {
        self.source.name
    }

    /// The queue, topic, stream, API or other resource that sent the event; `None` if neither the event nor the
    /// ARN of the invoked function, in `context`, names it.
    #[must_use]
    pub fn arn(&self, context: &Context) -> Option<Cow<'a, str>> {
        self.details(context).arn
    }

    /// Whether a caller waits for an HTTP response.
    #[must_use]
    pub fn is_http(&self) -> bool {
        self.source.is_http
    }

    /// What spans learn from the event. It is read anew with each call.
    pub(crate) fn details(&self, context: &Context) -> Details<'a> {
        (self.source.details)(&self.event, &context.invoked_function_arn)
    }

    pub(crate) fn pointers(&self) -> Vec<SpanPointer> {
        (self.source.pointers)(&self.event)
    }
}
