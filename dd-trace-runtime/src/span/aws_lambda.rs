//! The `aws.lambda` span of one invocation.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use lambda_runtime::Context as LambdaContext;
use opentelemetry::trace::{Link, SpanBuilder, SpanKind, TraceContextExt, TraceState};
use opentelemetry::{Context, KeyValue};

use super::inferred::{InferredSpans, pointer_links};
use super::load;
use crate::context::propagation::remote_span;
use crate::context::trace_context::TerminatedContext;
use crate::conventions::OwnTags;
use crate::event::trigger::{Details, Trigger};
use crate::extraction::{ParentSource, Producer, Upstream};
use crate::handler::error_statuses::ErrorStatuses;
use crate::handler::outcome::Outcome;
use crate::telemetry::Telemetry;
use crate::telemetry::cold_start::Start;
use crate::telemetry::running::Entered;

/// Starts with the invocation, ends with [`finish`](Self::finish).
#[derive(Debug, Clone)]
pub(crate) struct InvocationSpan {
    context: Context,
    /// The spans inferred from the event, above this one.
    inferred: Option<InferredSpans>,
    /// As long as there is a copy of this, the span is the one of `invocation_span`.
    _entered: Option<Arc<Entered>>,
}

/// What the generated code knows about the handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpanName {
    pub(crate) handler: &'static str,
    pub(crate) resource: Option<&'static str>,
}

impl InvocationSpan {
    /// Starts the span as a child of its parent upstream, which it takes, or as the root of a new trace.
    ///
    /// The active span is not the parent: it would be a span of the runtime's own layers.
    pub(crate) fn start(
        telemetry: &Telemetry,
        name: SpanName,
        lambda: &LambdaContext,
        upstream: &mut Upstream<'_>,
    ) -> Self {
        let now = SystemTime::now();
        let mut links = links(upstream);
        let producers = std::mem::take(&mut upstream.producers);
        let source = upstream.parent.as_ref().map(|parent| parent.source);
        let parent = upstream.parent.take().map(|parent| parent.context);
        let parent_context = telemetry.start_invocation(parent);
        let trigger = upstream.trigger.as_ref();
        let mut details = trigger.map(|trigger| trigger.details(lambda));
        let inferred = trigger.zip(details.as_mut()).and_then(|trigger| {
            InferredSpans::start(telemetry, trigger, lambda, &parent_context, now)
        });
        let parent_context = match &inferred {
            Some(inferred) => inferred.context().clone(),
            None => parent_context,
        };
        let started = telemetry.cold_start().next(Instant::now());
        let mut tags = own_tags(telemetry, name, lambda, source, started);
        if let Some((trigger, details)) = trigger.zip(details) {
            trigger_tags(trigger, details, &mut tags);
        }
        if let Some(trigger) = trigger.filter(|_| inferred.is_none()) {
            links.extend(pointer_links(telemetry, trigger));
        }
        let mut builder = SpanBuilder::from_name("aws.lambda")
            .with_kind(SpanKind::Server)
            .with_start_time(now);
        // `with_links` drops those that name no span.
        builder.links = Some(links);
        let span = telemetry.tracer().start_own(builder, tags, &parent_context);
        let context = parent_context.with_span(span);
        if started == Start::Cold && telemetry.shows_cold_start() {
            load::make_span(telemetry, &context, now);
        }
        Self {
            _entered: Telemetry::enter(&context, producers).map(Arc::new),
            context,
            inferred,
        }
    }

    /// Adds tags.
    pub(crate) fn tag(&self, tags: impl IntoIterator<Item = KeyValue>) {
        self.context.span().set_attributes(tags);
    }

    /// The OpenTelemetry context in which the handler runs.
    pub(crate) fn context(&self) -> Context {
        self.context.clone()
    }

    /// Ends the span at `end`, with the outcome of the invocation. A span that has ended stays as it is.
    pub(crate) fn finish(self, outcome: &Outcome, end: SystemTime) {
        let span = self.context.span();
        let telemetry = Telemetry::if_initialised(&self.context);
        let default = &ErrorStatuses::SERVER;
        let errors = telemetry.map_or(default, Telemetry::server_error_statuses);
        outcome.tell(&span, errors);
        span.end_with_timestamp(end);
        if let Some(inferred) = self.inferred {
            inferred.finish(outcome, errors, end);
        }
    }
}

/// The tags about the function's trigger.
fn trigger_tags(trigger: &Trigger<'_>, details: Details<'_>, tags: &mut OwnTags) {
    tags.tag("function_trigger.event_source", trigger.event_source());
    tags.tag_if("function_trigger.event_source_arn", details.arn);
    if let Some(further) = &details.tags {
        tags.append(further);
    }
    if let Some(request) = details.http {
        tags.tag_if("http.url", request.url);
        tags.tag_if("http.url_details.path", request.path);
        tags.tag_if("http.method", request.method);
        tags.tag_if("http.route", request.route);
        tags.tag_if("http.referer", request.referer);
        tags.tag_if("http.useragent", request.user_agent);
    }
}

/// The tags that a library sets; the extension adds those that it alone knows.
fn own_tags(
    telemetry: &Telemetry,
    name: SpanName,
    lambda: &LambdaContext,
    source: Option<ParentSource>,
    start: Start,
) -> OwnTags {
    let arn = &lambda.invoked_function_arn;
    let mut tags = telemetry.function_tags(arn, || function_tags(telemetry, name, arn));
    if let Some(resource) = name.resource {
        tags.resource = resource.into();
    }
    tags.tag("request_id", &lambda.request_id);
    let is_cold = start == Start::Cold;
    if let Some(tenant) = &lambda.tenant_id {
        tags.tag("tenant_id", tenant);
    }
    tags.tag("cold_start", if is_cold { "true" } else { "false" });
    if start == Start::Proactive {
        tags.tag("proactive_initialization", "true");
    }
    let source = source.map(|source| match source {
        ParentSource::Event => "event",
        ParentSource::XRay => "xray",
    });
    tags.tag_if("_dd.parent_source", source);
    tags
}

/// The tags that stay the same from invocation to invocation.
fn function_tags(telemetry: &Telemetry, name: SpanName, arn: &str) -> OwnTags {
    let function = telemetry.function(name.handler);
    let arn = FunctionArn::parse(arn);
    let mut tags = OwnTags::new("aws.lambda", function.name.clone(), "serverless");
    tags.tag("span.name", "aws.lambda");
    tags.tag("function_arn", &arn.unqualified);
    tags.tag("function_version", &arn.version);
    tags.tag("resource_names", function.name.as_str());
    tags.tag("functionname", function.lower_case.as_str());
    tags.tag("datadog_lambda", env!("CARGO_PKG_VERSION"));
    tags.tag("dd_trace", env!("CARGO_PKG_VERSION"));
    tags
}

/// The links. Those from the headers are moved here, because the trigger's span would have them, too.
fn links(upstream: &mut Upstream<'_>) -> Vec<Link> {
    let parent = upstream.parent.as_mut();
    let terminated = parent.map(|parent| std::mem::take(&mut parent.context.terminated));
    let terminated = terminated.unwrap_or_default();
    terminated
        .iter()
        .map(TerminatedContext::link)
        .chain(upstream.producers.others().map(link_to_producer))
        .collect()
}

/// A link to the producer of a record of a batch.
pub(crate) fn link_to_producer(producer: &Producer) -> Link {
    let (trace_id, span_id) = (producer.trace_id, producer.span_id);
    let span_context = remote_span(trace_id, span_id, producer.sampled, TraceState::NONE);
    Link::new(span_context, Vec::new(), 0)
}

/// An invoked function's ARN, as Datadog's libraries tag it: lower case, the qualifier apart.
struct FunctionArn {
    unqualified: String,
    version: Cow<'static, str>,
}

impl FunctionArn {
    /// `arn:aws:lambda:region:account:function:name[:qualifier]`.
    fn parse(arn: &str) -> Self {
        let mut unqualified = arn.to_lowercase();
        let bytes = unqualified.bytes().enumerate();
        let Some((end, _)) = bytes.filter(|(_, byte)| *byte == b':').nth(6) else {
            return Self {
                unqualified,
                version: "$LATEST".into(),
            };
        };
        let qualifier = unqualified.split_off(end);
        let version = qualifier.split(':').nth(1).unwrap_or_default().to_owned();
        Self {
            unqualified,
            version: version.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn parse(arn: &str) -> (String, String) {
        let arn = FunctionArn::parse(arn);
        (arn.unqualified, arn.version.into_owned())
    }

    #[test]
    fn an_arn_without_a_qualifier_is_the_latest_version() {
        assert_eq!(
            parse("arn:aws:lambda:eu-west-1:123456789012:function:Checkout"),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:checkout".into(),
                "$LATEST".into()
            )
        );
    }

    #[test]
    fn the_version_is_the_qualifier_that_the_caller_used() {
        assert_eq!(
            parse("arn:aws:lambda:eu-west-1:123456789012:function:Checkout:Prod"),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:checkout".into(),
                "prod".into()
            )
        );
    }

    #[test]
    fn a_text_that_isn_t_an_arn_is_kept() {
        assert_eq!(
            parse("No header found."),
            ("no header found.".into(), "$LATEST".into())
        );
    }

    #[test]
    fn the_tags_of_the_function_follow_the_arn_that_the_caller_used() {
        let telemetry = Telemetry::new(Config::from_vars(|name| {
            (name == "AWS_LAMBDA_FUNCTION_NAME").then(|| "Checkout".to_owned())
        }));
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:Checkout";
        let resource = |resource| SpanName {
            handler: "handler",
            resource,
        };
        for (qualifier, version) in [("", "$LATEST"), (":7", "7"), (":7", "7"), ("", "$LATEST")] {
            for (name, shown) in [(None, "Checkout"), (Some("POST /orders"), "POST /orders")] {
                let mut lambda = LambdaContext::default();
                lambda.invoked_function_arn = format!("{arn}{qualifier}");
                let tags = own_tags(&telemetry, resource(name), &lambda, None, Start::Warm);
                assert_eq!(tags.get("function_version"), Some(version), "{qualifier}");
                assert_eq!(tags.resource.as_str(), shown);
                assert_eq!(tags.get("cold_start"), Some("false"));
            }
        }
    }
}
