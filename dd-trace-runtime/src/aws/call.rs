//! The client span of one call.

use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::trace::{SpanBuilder, SpanContext, SpanKind, SpanRef, TraceContextExt};
use opentelemetry::{Context, KeyValue, StringValue};

use super::failure;
use super::service_name::ServiceName;
use super::writes::Writes;
use crate::context::carrier::Carrier;
use crate::conventions::OwnTags;
use crate::span::inferred::pointer_attributes;
use crate::telemetry::Telemetry;

/// The operation that a call is for.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    /// The SDK's name of the service, such as `SQS`.
    pub(super) service_id: &'a str,
    /// Such as `SendMessage`.
    pub(super) name: &'a str,
    pub(super) region: Option<&'a str>,
    /// The part before the service's host name, such as a bucket.
    pub(super) subdomain: Option<&'a str>,
}

/// The result of a call.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// The last response, if the service answered.
    pub(super) response: Option<&'a HttpResponse>,
    pub(super) result: Option<Result<&'a Output, &'a OrchestratorError<Error>>>,
    /// How many requests were sent.
    pub(super) attempts: u32,
}

/// A call whose span is open; it ends with [`finish`](Self::finish), or when the call's future is dropped.
///
/// The SDK drops the future when its time limit for an operation passes, and calls no hook.
#[derive(Debug)]
pub(super) struct Call {
    telemetry: Telemetry,
    /// With the span.
    context: Context,
    resource: StringValue,
    writes: Option<Writes>,
    has_been_read: bool,
    is_finished: bool,
}

impl Storable for Call {
    type Storer = StoreReplace<Self>;
}

impl Call {
    /// Starts the span below the active one; `None` without an active trace.
    pub(super) fn start(
        operation: &Operation<'_>,
        tell: impl FnOnce(&mut Vec<KeyValue>),
    ) -> Option<Self> {
        let parent = Context::current();
        let telemetry = Telemetry::of(&parent);
        if !telemetry.enabled() || !parent.span().span_context().is_valid() {
            return None;
        }
        let names = ServiceName::of(operation.service_id);
        let resource: Arc<str> = [operation.service_id, ".", operation.name].concat().into();
        let resource = StringValue::from(resource);
        let mut builder =
            SpanBuilder::from_name(names.operation.clone()).with_kind(SpanKind::Client);
        // With room for what the answer says.
        let mut of_request = Vec::with_capacity(4);
        tell(&mut of_request);
        builder.attributes = Some(of_request);
        let tags = tags(operation, names, &telemetry, resource.clone());
        let span = telemetry.tracer().start_own(builder, tags, &parent);
        Some(Self {
            telemetry,
            context: parent.with_span(span),
            resource,
            writes: None,
            has_been_read: false,
            is_finished: false,
        })
    }

    /// Such as `SQS.SendMessage`.
    pub(super) fn resource(&self) -> &str {
        self.resource.as_str()
    }

    /// The headers of the span; `None` where there are none to write.
    pub(super) fn carrier(&self) -> Option<Carrier> {
        let context = self.telemetry.trace_context_of(&self.context)?;
        let carrier = self.telemetry.propagator().headers(&context);
        (!carrier.is_empty()).then_some(carrier)
    }

    /// Whether no interceptor has read the request yet. True once for each call.
    pub(super) fn is_first_to_read(&mut self) -> bool {
        !std::mem::replace(&mut self.has_been_read, true)
    }

    /// Remembers what the call is going to write.
    pub(super) fn is_to_write(&mut self, writes: impl FnOnce(&Telemetry) -> Option<Writes>) {
        if self.telemetry.adds_span_pointers() {
            self.writes = writes(&self.telemetry);
        }
    }

    /// Adds tags that weren't known when the span started.
    pub(super) fn tag(&self, tell: impl FnOnce(&mut Vec<KeyValue>)) {
        let mut tags = Vec::new();
        tell(&mut tags);
        self.context.span().set_attributes(tags);
    }

    /// Ends the span with the result of the call.
    pub(super) fn finish(
        &mut self,
        answer: &Answer<'_>,
        metadata: impl FnOnce(&Error) -> Option<&ErrorMetadata>,
    ) {
        let span = self.context.span();
        if let Some(response) = answer.response {
            let status = response.status().as_u16().to_string();
            span.set_attribute(KeyValue::new("http.status_code", status));
            if let Some(id) = request_id(response) {
                span.set_attribute(KeyValue::new("aws.request_id", id.to_owned()));
            }
        }
        if answer.attempts > 1 {
            let retries = i64::from(answer.attempts - 1);
            span.set_attribute(KeyValue::new("retry_attempts", retries));
        }
        match answer.result {
            Some(Ok(output)) => point_at(self.writes.take(), output, &span),
            Some(Err(error)) => {
                let tags = failure::describe(error, self.resource(), answer.response, metadata);
                tags.tell(&span);
            }
            None => {}
        }
        span.end();
        self.is_finished = true;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_finished {
            let span = self.context.span();
            failure::dropped().tell(&span);
            span.end();
        }
    }
}

/// Adds span pointers to what was written. Its readers have the same hash, with the direction `u`.
fn point_at(writes: Option<Writes>, output: &Output, span: &SpanRef<'_>) {
    let pointers = writes.map(|writes| writes.pointers(output));
    for pointer in pointers.into_iter().flatten() {
        span.add_link(
            SpanContext::empty_context(),
            pointer_attributes(pointer, "d"),
        );
    }
}

/// The tags on which ddtrace 4.16 (`utils_botocore/span_tags.py`) and dd-trace 5.132
/// (`datadog-plugin-aws-sdk/src/base.js`) agree.
///
/// | | Python | Node | here |
/// |---|---|---|---|
/// | name | `sqs.command` | `aws.request` | `sqs.request` |
/// | resource | `sqs.sendmessage` | `sendMessage <url>` | `SQS.SendMessage` |
/// | service | `aws.sqs` | `<service>-aws-sqs` | `aws.sqs` |
/// | request id | `aws.requestid` | `aws.response.request_id` | `aws.request_id` |
/// | `http.status_code` | any | none | any |
/// | `retry_attempts` | any | none | from 1 on |
/// | error | 5xx, or no answer | any | any |
///
/// Where they differ, the names come from Datadog's tracer for Go and from its branch for this SDK.
fn tags(
    operation: &Operation<'_>,
    names: ServiceName,
    telemetry: &Telemetry,
    resource: StringValue,
) -> OwnTags {
    let service = &*names.service;
    let resolved = telemetry.services().resolve(service, service, "", service);
    let renamed = (resolved != service).then(|| resolved.to_owned().into());
    let mut tags = OwnTags::of_call(names.operation, resource, "http");
    tags.service = renamed.or(Some(names.service));
    tags.tag("component", "aws-sdk-rust");
    tags.tag("aws.agent", "aws-sdk-rust");
    tags.tag("aws.operation", operation.name);
    tags.tag("aws.service", operation.service_id);
    tags.tag("aws_service", operation.service_id);
    if let Some(region) = operation.region {
        region_tags(region, &mut tags);
        if let Some(peer) = names.peer
            && telemetry.on_lambda()
        {
            host_tag(operation.subdomain, peer, region, &mut tags);
        }
    }
    tags
}

/// On Lambda no agent finds out the host of a service, so the tracers tag it.
fn host_tag(subdomain: Option<&str>, peer: &str, region: &str, tags: &mut OwnTags) {
    let (subdomain, dot) = subdomain.map_or(("", ""), |subdomain| (subdomain, "."));
    let host = [subdomain, dot, peer, ".", region, ".amazonaws.com"];
    tags.tag_joined("peer.service", &host);
}

fn region_tags(region: &str, tags: &mut OwnTags) {
    let partition = match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    tags.tag("aws.partition", partition);
    tags.tag("aws.region", region);
    tags.tag("region", region);
}

fn request_id(response: &HttpResponse) -> Option<&str> {
    let headers = response.headers();
    headers
        .get("x-amzn-requestid")
        .or_else(|| headers.get("x-amz-request-id"))
}
