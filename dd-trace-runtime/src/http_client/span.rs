//! The client span of one request.

use std::fmt::{Debug, Display};

use http::{HeaderMap, Request, Response};
use opentelemetry::trace::{SpanBuilder, SpanKind, TraceContextExt};
use opentelemetry::{Context, ContextGuard, KeyValue};

use super::grpc::{self, GrpcStatus};
use super::tags;
use crate::handler::failure::{ErrorTags, describe_displayed};
use crate::telemetry::Telemetry;

/// A request whose span is open; it ends with its response, or when what holds it is dropped.
#[derive(Debug)]
pub(super) struct RequestSpan {
    /// With the span.
    context: Context,
    is_grpc: bool,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The head of the response hasn't come.
    Waiting,
    /// The head has come. The trailers will say how the call went.
    Streaming,
    Ended,
}

impl RequestSpan {
    /// Starts the span below the active one and puts its headers into the request; `None` without an active trace.
    pub(super) fn start<B>(request: &mut Request<B>) -> Option<Self> {
        let parent = Context::current();
        let telemetry = Telemetry::of(&parent);
        if !telemetry.enabled() || !parent.span().span_context().is_valid() {
            return None;
        }
        let is_grpc = grpc::is_call(request.headers());
        let (name, (tags, port)) = if is_grpc {
            (grpc::NAME, tags::of_grpc(request))
        } else {
            (tags::HTTP_NAME, tags::of_http(request))
        };
        let mut builder = SpanBuilder::from_name(name).with_kind(SpanKind::Client);
        // With room for the status.
        let mut attributes = Vec::with_capacity(2);
        let port = port.map(|port| KeyValue::new("network.destination.port", i64::from(port)));
        attributes.extend(port);
        builder.attributes = Some(attributes);
        let span = telemetry.tracer().start_own(builder, tags, &parent);
        let context = parent.with_span(span);
        inject(&telemetry, &context, request.headers_mut());
        Some(Self {
            context,
            is_grpc,
            phase: Phase::Waiting,
        })
    }

    /// Makes the span OpenTelemetry's active one, until the guard is dropped.
    pub(super) fn activate(&self) -> ContextGuard {
        self.context.clone().attach()
    }

    /// Ends the span with the head of the response. Returns it if it goes on, because the trailers of a gRPC call say how
    /// the call went.
    pub(super) fn answered<R>(mut self, response: &Response<R>) -> Option<Self> {
        let status = response.status();
        if !self.is_grpc {
            self.set_http_status(response);
            let telemetry = Telemetry::of(&self.context);
            let is_error = telemetry.client_error_statuses().contains(status.as_u16());
            self.end(is_error.then(|| ErrorTags {
                kind: status.as_str().to_owned(),
                message: status.to_string(),
                stack: String::new(),
            }));
            return None;
        }
        if let Some(known) = GrpcStatus::of_head(status, response.headers()) {
            if !status.is_success() {
                self.set_http_status(response);
            }
            self.end_with(&known);
            return None;
        }
        self.phase = Phase::Streaming;
        Some(self)
    }

    fn set_http_status<R>(&self, response: &Response<R>) {
        let code = response.status().as_str().to_owned();
        let span = self.context.span();
        span.set_attribute(KeyValue::new("http.status_code", code));
    }

    /// Ends the span of a gRPC call with the status that its trailers have.
    pub(super) fn trailed(mut self, trailers: Option<&HeaderMap>) {
        self.end_with(&GrpcStatus::of_trailers(trailers));
    }

    /// Ends the span of a call whose status isn't read.
    pub(super) fn end_without_status(mut self) {
        self.end(None);
    }

    pub(super) fn failed<E: Debug + Display + 'static>(mut self, error: &E) {
        self.end(Some(describe_displayed(error)));
    }

    fn end_with(&mut self, status: &GrpcStatus<'_>) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(grpc::STATUS, status.code()));
        self.end(status.error());
    }

    fn end(&mut self, error: Option<ErrorTags>) {
        let span = self.context.span();
        if let Some(error) = error {
            error.tell(&span);
        }
        span.end();
        self.phase = Phase::Ended;
    }
}

impl Drop for RequestSpan {
    fn drop(&mut self) {
        match self.phase {
            Phase::Waiting => self.end(Some(ErrorTags {
                kind: "Dropped".to_owned(),
                message: "the request was dropped before its response came: a time limit around it, or nobody \
                          waited for it"
                    .to_owned(),
                stack: String::new(),
            })),
            // To stop reading a stream is how a reader says that it has enough.
            Phase::Streaming => {
                let span = self.context.span();
                span.set_attribute(KeyValue::new(grpc::STATUS, grpc::CANCELLED));
                self.end(None);
            }
            Phase::Ended => {}
        }
    }
}

fn inject(telemetry: &Telemetry, context: &Context, headers: &mut HeaderMap) {
    let Some(context) = telemetry.trace_context_of(context) else {
        return;
    };
    let carrier = telemetry.propagator().headers(&context);
    carrier.replace_in(headers);
}
