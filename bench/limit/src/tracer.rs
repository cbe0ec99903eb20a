//! Writes the spans of an invocation: all that is known at its start, then their durations.

use std::cell::{Cell, RefCell};
use std::env::{self, VarError};
use std::time::{SystemTime, UNIX_EPOCH};

use lambda_runtime::Context;
use tokio::net::TcpStream;

use crate::connection;
use crate::event::{Event, Message, Request, Source};
use crate::msgpack::{Out, Ready};
use crate::producer::Producer;
use crate::request::Head;

pub struct Tracer {
    agent: String,
    head: Head,
    service: String,
    function: String,
    process_id: f64,
    /// The tags of the first span of a trace that say what the process is.
    process: Ready,
    /// The tags of the function, and the ARN that they were made of.
    of_function: RefCell<(String, Ready)>,
    is_cold: Cell<bool>,
    /// The state of the generator of ids.
    ids: Cell<u64>,
    open: RefCell<Open>,
    connection: Cell<Option<TcpStream>>,
}

/// The request of the invocation that runs.
#[derive(Default)]
struct Open {
    out: Out,
    spans: Vec<OpenSpan>,
}

/// A span that is written up to its duration.
struct OpenSpan {
    start: u64,
    duration_at: usize,
    /// When it ended, unless it ends with the invocation.
    end: Option<u64>,
}

/// What the spans of an invocation share.
struct Trace<'a> {
    now: u64,
    id: u64,
    id_high: u64,
    producer: Option<&'a Producer<'a>>,
    context: &'a Context,
}

impl Tracer {
    pub fn from_env() -> Result<Self, VarError> {
        let agent = env::var("DD_TRACE_AGENT_URL")?.replace("http://", "");
        let tags = [
            ("language", "rust"),
            ("runtime-id", "1c35a4f1-90a5-4a0b-9e0b-0f0c9d4b8a11"),
            ("env", &env::var("DD_ENV")?),
        ];
        Ok(Self {
            head: Head::new(&agent),
            agent,
            service: env::var("DD_SERVICE")?,
            function: env::var("AWS_LAMBDA_FUNCTION_NAME")?,
            process_id: std::process::id().into(),
            process: Ready::new(&tags),
            of_function: RefCell::default(),
            is_cold: Cell::new(true),
            ids: Cell::new(now()),
            open: RefCell::default(),
            connection: Cell::default(),
        })
    }

    /// Begins the request with the spans of an invocation.
    pub fn start(&self, body: &[u8], context: &Context) {
        let now = now();
        let event = Event::read(body);
        let producer = event.producer.as_ref();
        let trace = Trace {
            now,
            id: producer.map_or_else(|| self.id(), |it| it.trace_id),
            id_high: producer.map_or(now / 1_000_000_000 << 32, |it| it.trace_id_high),
            producer,
            context,
        };
        let mut open = self.open.borrow_mut();
        self.head.begin(&mut open.out);
        open.out.array(1);
        let upstream = producer.map_or(0, |it| it.parent_id);
        let parent = match &event.source {
            Source::Plain => {
                open.out.array(1);
                upstream
            }
            Source::Http(request) => {
                open.out.array(2);
                self.gateway_span(&trace, upstream, request, &mut open)
            }
            Source::Sqs(message) => {
                open.out.array(2);
                self.queue_span(&trace, upstream, message, &mut open)
            }
        };
        self.lambda_span(&trace, parent, &event, &mut open);
    }

    /// Writes the durations.
    pub fn finish(&self) {
        let now = now();
        let Open { out, spans } = &mut *self.open.borrow_mut();
        for span in spans {
            let duration = span.end.unwrap_or(now).saturating_sub(span.start);
            out.bytes[span.duration_at..][..8].copy_from_slice(&duration.to_be_bytes());
        }
    }

    /// Sends the request, unless the handler failed.
    pub async fn send(&self) {
        let mut open = self.open.take();
        if open.spans.is_empty() {
            return;
        }
        self.head.end(&mut open.out);
        let kept = self.connection.take();
        let kept = connection::send(kept, &self.agent, &open.out.bytes).await;
        self.connection.set(kept);
        open.spans.clear();
        self.open.replace(open);
    }

    fn lambda_span(&self, trace: &Trace<'_>, parent: u64, event: &Event<'_>, open: &mut Open) {
        let out = &mut open.out;
        out.map(if event.others.is_empty() { 12 } else { 13 });
        names(
            out,
            [&self.service, "aws.lambda", &self.function, "serverless"],
        );
        let duration_at = ids(out, trace, self.id(), parent, trace.now);
        let is_root = matches!(event.source, Source::Plain);
        out.text("meta");
        out.open_tags();
        if is_root {
            self.root_tags(trace, out);
        }
        self.function_tags(trace, out);
        match &event.source {
            Source::Plain => {}
            Source::Http(request) => request_tags(trace.context, request, out),
            Source::Sqs(message) => {
                out.tag("function_trigger.event_source", "sqs");
                let arn = message.queue_arn.as_deref();
                out.tag_if("function_trigger.event_source_arn", arn);
            }
        }
        out.close_tags();
        out.text("metrics");
        if is_root {
            self.root_metrics(trace, 3, out);
        } else {
            out.map(1);
        }
        metric("_dd.top_level", out);
        links(&event.others, out);
        open.spans.push(OpenSpan {
            start: trace.now,
            duration_at,
            end: None,
        });
    }

    /// The span of the time that the message spent in its queue. Returns its id.
    fn queue_span(
        &self,
        trace: &Trace<'_>,
        parent: u64,
        message: &Message<'_>,
        open: &mut Open,
    ) -> u64 {
        let out = &mut open.out;
        let (id, queue) = (self.id(), message.queue());
        let sent = message.sent.as_deref().and_then(|sent| sent.parse().ok());
        let start = sent.map_or(trace.now, |sent: u64| sent * 1_000_000);
        out.map(12);
        names(out, [queue, "aws.sqs", queue, "web"]);
        let duration_at = ids(out, trace, id, parent, start);
        let arn = message.queue_arn.as_deref();
        out.text("meta");
        out.open_tags();
        self.inferred_tags(trace, "aws.sqs", &[queue], "async", out);
        out.tag_if("dd_resource_key", arn);
        out.tag("queuename", queue);
        out.tag_if("event_source_arn", arn);
        out.tag_if("receipt_handle", message.receipt_handle.as_deref());
        out.tag_if("sender_id", message.sender.as_deref());
        out.tag_if("retry_count", message.receives.as_deref());
        out.close_tags();
        self.inferred_metrics(trace, out);
        open.spans.push(OpenSpan {
            start,
            duration_at,
            end: Some(trace.now),
        });
        id
    }

    /// The span of the time that the request spent in the gateway. Returns its id.
    fn gateway_span(
        &self,
        trace: &Trace<'_>,
        parent: u64,
        request: &Request<'_>,
        open: &mut Open,
    ) -> u64 {
        let out = &mut open.out;
        let (id, start) = (self.id(), request.time * 1_000_000);
        let domain = request.domain.as_deref().unwrap_or_default();
        let method = request.method.as_deref().unwrap_or_default();
        let path = request.raw_path.as_deref().unwrap_or_default();
        out.map(12);
        let resource = [method, " ", path];
        names(out, [domain, "aws.httpapi", &resource.concat(), "web"]);
        let duration_at = ids(out, trace, id, parent, start);
        out.text("meta");
        out.open_tags();
        self.inferred_tags(trace, "aws.httpapi", &resource, "sync", out);
        out.tag_concat("dd_resource_key", &stage_arn(trace.context, request));
        out.tag_concat("http.url", &["https://", domain, path]);
        out.tag("http.method", method);
        out.tag_if("http.route", request.route());
        out.tag_if("http.useragent", request.user_agent.as_deref());
        out.tag("endpoint", path);
        out.tag_if("apiid", request.api.as_deref());
        out.tag_if("apiname", request.api.as_deref());
        out.tag_if("stage", request.stage.as_deref());
        out.tag("domain_name", domain);
        out.tag_if("http.protocol", request.protocol.as_deref());
        out.tag_if("http.source_ip", request.source_ip.as_deref());
        out.tag("http.status_code", "200");
        out.close_tags();
        self.inferred_metrics(trace, out);
        open.spans.push(OpenSpan {
            start,
            duration_at,
            end: None,
        });
        id
    }

    /// The tags that every span made from an event has.
    fn inferred_tags(
        &self,
        trace: &Trace<'_>,
        operation: &str,
        resource: &[&str],
        synchronicity: &str,
        out: &mut Out,
    ) {
        out.tag("span.kind", "server");
        out.tag("_dd.origin", "lambda");
        out.tag("_dd.base_service", &self.service);
        self.root_tags(trace, out);
        out.tag("operation_name", operation);
        out.tag_concat("resource_names", resource);
        out.tag("request_id", &trace.context.request_id);
        out.tag("_inferred_span.tag_source", "self");
        out.tag("_inferred_span.synchronicity", synchronicity);
        out.tag("_dd.svc_src", "m");
        out.tag("peer.service", &self.service);
        out.tag("_dd.peer.service.source", "peer.service");
    }

    fn inferred_metrics(&self, trace: &Trace<'_>, out: &mut Out) {
        out.text("metrics");
        self.root_metrics(trace, 4, out);
        metric("_dd.top_level", out);
        metric("_dd._inferred_span", out);
    }

    /// The tags that the first span of the trace has.
    fn root_tags(&self, trace: &Trace<'_>, out: &mut Out) {
        out.ready(&self.process);
        match trace.producer {
            Some(producer) => {
                out.tag("_dd.p.tid", producer.tid);
                out.tag("_dd.p.dm", producer.decision_maker);
                out.tag_if("_dd.parent_id", producer.last_parent);
            }
            None => {
                out.tag("_dd.p.tid", &format!("{:016x}", trace.id_high));
                out.tag("_dd.p.dm", "-0");
            }
        }
    }

    /// The map of `entries` numbers on the first span of the trace, of which two are written.
    fn root_metrics(&self, trace: &Trace<'_>, entries: u8, out: &mut Out) {
        out.map(entries);
        out.text("_sampling_priority_v1");
        out.float(trace.producer.map_or(1, |it| it.priority).into());
        out.text("process_id");
        out.float(self.process_id);
    }

    fn function_tags(&self, trace: &Trace<'_>, out: &mut Out) {
        let Context {
            invoked_function_arn,
            request_id,
            ..
        } = trace.context;
        let mut of_function = self.of_function.borrow_mut();
        if of_function.0 != *invoked_function_arn {
            let tags = self.tags_of_function(invoked_function_arn);
            *of_function = (invoked_function_arn.clone(), tags);
        }
        out.ready(&of_function.1);
        out.tag("request_id", request_id);
        let is_cold = self.is_cold.replace(false);
        out.tag("cold_start", if is_cold { "true" } else { "false" });
        if trace.producer.is_some() {
            out.tag("_dd.parent_source", "event");
        }
    }

    fn tags_of_function(&self, arn: &str) -> Ready {
        let version = env::var("DD_VERSION").unwrap_or_default();
        Ready::new(&[
            ("span.kind", "server"),
            ("_dd.origin", "lambda"),
            ("version", &version),
            ("span.name", "aws.lambda"),
            ("function_arn", &arn.to_lowercase()),
            (
                "function_version",
                arn.split(':').nth(7).unwrap_or("$LATEST"),
            ),
            ("resource_names", &self.function),
            ("functionname", &self.function.to_lowercase()),
            ("datadog_lambda", "0.1.0"),
            ("dd_trace", "0.1.0"),
        ])
    }

    /// The next id of the generator `SplitMix64`.
    fn id(&self) -> u64 {
        let state = self.ids.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.ids.set(state);
        let mixed = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }
}

/// The tags of a request on the span of the function.
fn request_tags(context: &Context, request: &Request<'_>, out: &mut Out) {
    let domain = request.domain.as_deref().unwrap_or_default();
    let path = request.path.as_deref().unwrap_or_default();
    let arn = stage_arn(context, request);
    out.tag("function_trigger.event_source", "api-gateway");
    out.tag_concat("function_trigger.event_source_arn", &arn);
    out.tag_concat("http.url", &["https://", domain, path]);
    out.tag("http.url_details.path", path);
    out.tag_if("http.method", request.method.as_deref());
    out.tag_if("http.route", request.route());
    out.tag_if("http.useragent", request.user_agent.as_deref());
    out.tag("http.status_code", "200");
}

/// The parts of the ARN of the API's stage.
fn stage_arn<'a>(context: &'a Context, request: &'a Request<'_>) -> [&'a str; 6] {
    let region = context.invoked_function_arn.split(':').nth(3);
    [
        "arn:aws:apigateway:",
        region.unwrap_or_default(),
        "::/apis/",
        request.api.as_deref().unwrap_or_default(),
        "/stages/",
        request.stage.as_deref().unwrap_or_default(),
    ]
}

fn names(out: &mut Out, names: [&str; 4]) {
    for (key, name) in ["service", "name", "resource", "type"].iter().zip(names) {
        out.text(key);
        out.text(name);
    }
}

/// The ids and the times. Returns where the duration stands.
fn ids(out: &mut Out, trace: &Trace<'_>, id: u64, parent: u64, start: u64) -> usize {
    let numbers = [
        ("trace_id", trace.id),
        ("span_id", id),
        ("parent_id", parent),
        ("error", 0),
        ("start", start),
        ("duration", 0),
    ];
    for (key, number) in numbers {
        out.text(key);
        out.unsigned(number);
    }
    out.bytes.len() - 8
}

fn metric(key: &str, out: &mut Out) {
    out.text(key);
    out.float(1.0);
}

/// A link to each further producer of a batch.
fn links(producers: &[Producer<'_>], out: &mut Out) {
    if producers.is_empty() {
        return;
    }
    out.text("span_links");
    out.array(producers.len() as u16);
    for producer in producers {
        let is_sampled = u64::from(producer.priority > 0);
        let numbers = [
            ("trace_id", producer.trace_id),
            ("trace_id_high", producer.trace_id_high),
            ("span_id", producer.parent_id),
            ("flags", 1 << 31 | is_sampled),
        ];
        out.map(4);
        for (key, number) in numbers {
            out.text(key);
            out.unsigned(number);
        }
    }
}

/// Nanoseconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_nanos() as u64
}
