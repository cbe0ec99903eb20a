//! The settings in the environment, read once.
//!
//! - In: environment variables.
//! - Out: a [`Config`]. Only `subscriber` reads more: the variables that set Lambda's log format and level.
//! - Next: [`extraction`](crate::extraction), [`export`](crate::export) and [`tracer`](crate::tracer), which are
//!   built from it; [`telemetry`](crate::telemetry) holds it.

#[cfg(feature = "aws-dynamodb")]
pub(crate) mod dynamodb_keys;
pub(crate) mod process_tags;
pub(crate) mod propagation;
pub(crate) mod service_names;
pub(crate) mod vars;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use self::process_tags::{Git, ProcessTags};
use self::service_names::ServiceNames;
use self::vars::{flag, number};
use crate::context::propagation::{BaggageTags, PropagationConfig};
use crate::handler::error_statuses::ErrorStatuses;
use crate::log;
use crate::sampler::{Process, SamplingSettings};

/// Where the agent or the extension listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AgentAddress {
    /// A host name or address, and a port.
    Tcp { host: String, port: u16 },
    /// A unix socket.
    Unix(PathBuf),
}

/// The settings of one process.
///
/// `Telemetry` holds the config that is in force.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Config {
    /// `DD_TRACE_ENABLED`: with `false` there is no span, no extraction and no connection.
    pub(crate) enabled: bool,
    /// Which service a span belongs to.
    pub(crate) services: ServiceNames,
    /// `DD_ENV`, or the environment among [`ProcessTags`].
    pub(crate) env: Option<String>,
    /// `DD_VERSION`, likewise.
    pub(crate) version: Option<String>,
    /// `DD_TAGS`: the tags of every span.
    pub(crate) tags: Arc<[(String, String)]>,
    /// `DD_GIT_REPOSITORY_URL` and `DD_GIT_COMMIT_SHA`.
    pub(crate) git: Git,
    /// `AWS_LAMBDA_FUNCTION_NAME`: set wherever the Lambda service runs the process.
    pub(crate) function_name: Option<String>,
    /// `DD_TRACE_MANAGED_SERVICES`: make spans for the AWS services that an event came through.
    pub(crate) managed_services: bool,
    /// Whether spans point to the writers of objects and items: `DD_TRACE_AWS_ADD_SPAN_POINTERS` in Node,
    /// `DD_BOTOCORE_ADD_SPAN_POINTERS` in Python.
    pub(crate) span_pointers: bool,
    /// The primary keys of DynamoDB's tables.
    #[cfg(feature = "aws-dynamodb")]
    pub(crate) dynamodb_keys: dynamodb_keys::PrimaryKeys,
    /// The depth to which the event and the response become tags: `DD_CAPTURE_LAMBDA_PAYLOAD` and
    /// `DD_CAPTURE_LAMBDA_PAYLOAD_MAX_DEPTH`; `None` if they don't.
    pub(crate) capture_depth: Option<usize>,
    /// `DD_TRACE_HTTP_SERVER_ERROR_STATUSES`: which statuses of the function are errors.
    pub(crate) server_error_statuses: ErrorStatuses,
    /// `DD_TRACE_HTTP_CLIENT_ERROR_STATUSES`: which answers to the function's requests are errors.
    #[cfg(feature = "tower")]
    pub(crate) client_error_statuses: ErrorStatuses,
    /// `DD_COLD_START_TRACING`: whether the start of the process has a span.
    pub(crate) cold_start_tracing: bool,
    /// Whether the process was started for an invocation: `AWS_LAMBDA_INITIALIZATION_TYPE` says how.
    pub(crate) on_demand: bool,
    /// Which traces are kept.
    pub(crate) sampling: SamplingSettings,
    /// `DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED`: `false` leaves the upper half of new trace ids zero.
    pub(crate) trace_ids_of_128_bits: bool,
    pub(crate) propagation: PropagationConfig,
    /// `DD_DECODE_AUTHORIZER_CONTEXT`: read what a Lambda authorizer passes on.
    pub(crate) decode_authorizer: bool,
    /// `DD_ENCODE_AUTHORIZER_CONTEXT`: pass the trace context on if the function is an authorizer.
    pub(crate) encode_authorizer: bool,
    /// `DD_MERGE_XRAY_TRACES`: put the spans below the function's X-Ray segment.
    pub(crate) merge_xray: bool,
    /// `DD_TRACE_EXTRACTOR`: which extractor of a handler's set runs.
    pub(crate) extractor: Option<String>,
    /// `DD_TRACE_DEBUG`, or `DD_LOG_LEVEL=debug`: show the library's own debug lines.
    pub(crate) debug: bool,
    /// `DD_TRACE_STARTUP_LOGS`: log the settings in force at the start.
    pub(crate) startup_logs: bool,
    /// `DD_LOGS_INJECTION`: put trace ids into log lines.
    #[cfg(feature = "tracing")]
    pub(crate) logs_injection: bool,
    /// `DD_DATA_STREAMS_ENABLED`: count the messages that pass queues, topics and streams.
    #[cfg(feature = "dsm")]
    pub(crate) data_streams: bool,
    /// `DD_DSM_EXCHANGE_NAME`: the event bus of the function's EventBridge events, which don't name it.
    #[cfg(feature = "dsm")]
    pub(crate) exchange: Option<String>,
    pub(crate) agent: AgentAddress,
    /// How many finished spans wait before they are encoded and, on a host, sent before their trace ends:
    /// `DD_TRACE_PARTIAL_FLUSH_MIN_SPANS`; `None` with `DD_TRACE_PARTIAL_FLUSH_ENABLED=false`.
    pub(crate) partial_flush: Option<usize>,
    /// How long one send may take, connecting included.
    pub(crate) send_timeout: Duration,
    /// `DD_APM_FLUSH_DEADLINE_MILLISECONDS`: how long before its deadline the spans of a running invocation are sent.
    pub(crate) flush_deadline: Duration,
    /// `DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS`: how long an asynchronous extractor may take; `None` for no limit.
    pub(crate) extractor_timeout: Option<Duration>,
}

/// Datadog's own libraries allow two seconds. After the response no caller waits for the send, but the time is billed,
/// so a hung agent costs at most a tenth of a second: less the millisecond by which tokio's timer may be late.
const SEND_TIMEOUT: Duration = Duration::from_millis(99);

/// As in Datadog's own libraries.
const FLUSH_DEADLINE: Duration = Duration::from_millis(100);

const DEFAULT_AGENT_HOST: &str = "127.0.0.1";
const DEFAULT_AGENT_PORT: u16 = 8126;

impl AgentAddress {
    /// Whether this is where Datadog's extension listens.
    pub(crate) fn is_default(&self) -> bool {
        matches!(self, Self::Tcp { host, port } if host == DEFAULT_AGENT_HOST && *port == DEFAULT_AGENT_PORT)
    }

    /// Host and port as in a URL, with an IPv6 address in brackets.
    pub(crate) fn authority(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port } => format!("{host}:{port}"),
            Self::Unix(_) => "localhost".to_owned(),
        }
    }
}

/// `http://127.0.0.1:8126` or `unix:///path`, as in `DD_TRACE_AGENT_URL`.
impl fmt::Display for AgentAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { .. } => write!(f, "http://{}", self.authority()),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

impl Config {
    /// Reads the environment of the process.
    pub(crate) fn from_env() -> Self {
        // A copy of the whole environment takes longer than fifty look-ups, once it has as many variables as on Lambda.
        Self::from_vars(variable)
    }

    /// Reads variables from `var`; an empty variable counts as unset.
    pub(crate) fn from_vars(var: impl Fn(&str) -> Option<String>) -> Self {
        // An empty list differs from none at all.
        let baggage_tags = var("DD_TRACE_BAGGAGE_TAG_KEYS");
        let var = |name: &str| given(var(name));
        let process = ProcessTags::from_vars(&var);
        Self {
            enabled: flag(&var, "DD_TRACE_ENABLED", true),
            services: ServiceNames::from_vars(&var, process.service),
            env: process.env,
            version: process.version,
            tags: process.tags,
            git: process.git,
            function_name: var("AWS_LAMBDA_FUNCTION_NAME"),
            managed_services: flag(&var, "DD_TRACE_MANAGED_SERVICES", true),
            span_pointers: flag(&var, "DD_TRACE_AWS_ADD_SPAN_POINTERS", true)
                && flag(&var, "DD_BOTOCORE_ADD_SPAN_POINTERS", true),
            #[cfg(feature = "aws-dynamodb")]
            dynamodb_keys: dynamodb_keys::PrimaryKeys::from_vars(&var),
            capture_depth: capture_depth(&var),
            server_error_statuses: error_statuses(
                &var,
                "DD_TRACE_HTTP_SERVER_ERROR_STATUSES",
                ErrorStatuses::SERVER,
            ),
            #[cfg(feature = "tower")]
            client_error_statuses: error_statuses(
                &var,
                "DD_TRACE_HTTP_CLIENT_ERROR_STATUSES",
                ErrorStatuses::CLIENT,
            ),
            cold_start_tracing: flag(&var, "DD_COLD_START_TRACING", true),
            on_demand: var("AWS_LAMBDA_INITIALIZATION_TYPE").is_none_or(|how| how == "on-demand"),
            sampling: SamplingSettings::from_vars(&var),
            trace_ids_of_128_bits: flag(&var, "DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED", true),
            propagation: PropagationConfig {
                baggage_tags: BaggageTags::parse(baggage_tags.as_deref()),
                ..propagation::from_vars(&var)
            },
            decode_authorizer: flag(&var, "DD_DECODE_AUTHORIZER_CONTEXT", true),
            encode_authorizer: flag(&var, "DD_ENCODE_AUTHORIZER_CONTEXT", true),
            merge_xray: flag(&var, "DD_MERGE_XRAY_TRACES", false),
            extractor: var("DD_TRACE_EXTRACTOR"),
            debug: debug(&var),
            startup_logs: flag(&var, "DD_TRACE_STARTUP_LOGS", false),
            #[cfg(feature = "tracing")]
            logs_injection: flag(&var, "DD_LOGS_INJECTION", true),
            #[cfg(feature = "dsm")]
            data_streams: flag(&var, "DD_DATA_STREAMS_ENABLED", false),
            #[cfg(feature = "dsm")]
            exchange: var("DD_DSM_EXCHANGE_NAME"),
            agent: agent(&var),
            partial_flush: partial_flush(&var),
            send_timeout: send_timeout(&var),
            flush_deadline: flush_deadline(&var),
            extractor_timeout: extractor_timeout(&var),
        }
    }

    /// What sampling rules see of the process.
    pub(crate) fn sampled_process(&self) -> Process {
        Process {
            service: self.services.own().to_owned(),
            env: self.env.clone(),
            version: self.version.clone(),
            tags: Arc::clone(&self.tags),
        }
    }

    /// Whether the process is a Lambda function.
    pub(crate) fn on_lambda(&self) -> bool {
        self.function_name.is_some()
    }
}

/// A variable of the process.
// Out of line, as are `given` and `flag`: some fifty variables are read, and inlining them takes 12 KB.
#[inline(never)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A variable's value; an empty one counts as unset.
#[inline(never)]
fn given(value: Option<String>) -> Option<String> {
    let value = value?;
    let trimmed = value.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// `DD_LOG_LEVEL` is the extension's, and takes other levels, too.
fn debug(var: &dyn Fn(&str) -> Option<String>) -> bool {
    let level = var("DD_LOG_LEVEL").unwrap_or_default();
    let is_level = ["debug", "trace"]
        .iter()
        .any(|word| level.eq_ignore_ascii_case(word));
    flag(var, "DD_TRACE_DEBUG", false) || is_level
}

fn send_timeout(var: &dyn Fn(&str) -> Option<String>) -> Duration {
    let Some(value) = var("DD_TRACE_AGENT_TIMEOUT_SECONDS") else {
        return SEND_TIMEOUT;
    };
    match value.parse().map(Duration::try_from_secs_f64) {
        Ok(Ok(timeout)) if !timeout.is_zero() => timeout,
        _ => {
            log::warn!(
                "DD_TRACE_AGENT_TIMEOUT_SECONDS is `{value}`; write seconds, such as `0.1`; ignored"
            );
            SEND_TIMEOUT
        }
    }
}

/// As in Datadog's Python library.
const PARTIAL_FLUSH_MIN_SPANS: usize = 300;

fn partial_flush(var: &dyn Fn(&str) -> Option<String>) -> Option<usize> {
    let spans = || number(var, "DD_TRACE_PARTIAL_FLUSH_MIN_SPANS");
    flag(var, "DD_TRACE_PARTIAL_FLUSH_ENABLED", true)
        .then(|| spans().unwrap_or(PARTIAL_FLUSH_MIN_SPANS).max(1))
}

/// Ten levels, as in Datadog's libraries.
const CAPTURE_DEPTH: usize = 10;

fn capture_depth(var: &dyn Fn(&str) -> Option<String>) -> Option<usize> {
    let depth = || number(var, "DD_CAPTURE_LAMBDA_PAYLOAD_MAX_DEPTH").unwrap_or(CAPTURE_DEPTH);
    flag(var, "DD_CAPTURE_LAMBDA_PAYLOAD", false).then(depth)
}

fn error_statuses(
    var: &dyn Fn(&str) -> Option<String>,
    name: &str,
    default: ErrorStatuses,
) -> ErrorStatuses {
    let Some(value) = var(name) else {
        return default;
    };
    ErrorStatuses::parse(&value).unwrap_or_else(|| {
        log::warn!(
            "{name} is `{value}`; write statuses such as `404,500-599`; taken as `{default}`"
        );
        default
    })
}

/// A negative number stands for the default, as in Datadog's libraries.
fn flush_deadline(var: &dyn Fn(&str) -> Option<String>) -> Duration {
    let milliseconds = number::<i64>(var, "DD_APM_FLUSH_DEADLINE_MILLISECONDS");
    let milliseconds = milliseconds.and_then(|number| u64::try_from(number).ok());
    milliseconds.map_or(FLUSH_DEADLINE, Duration::from_millis)
}

/// In milliseconds. Our own choice: a look-up in a table takes milliseconds, and the caller waits for it.
const EXTRACTOR_TIMEOUT: u64 = 500;

fn extractor_timeout(var: &dyn Fn(&str) -> Option<String>) -> Option<Duration> {
    let milliseconds =
        number(var, "DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS").unwrap_or(EXTRACTOR_TIMEOUT);
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// `DD_TRACE_AGENT_URL`, else `DD_AGENT_HOST` or its older name `DD_TRACE_AGENT_HOSTNAME`, and
/// `DD_TRACE_AGENT_PORT`; else 127.0.0.1:8126.
fn agent(var: &dyn Fn(&str) -> Option<String>) -> AgentAddress {
    if let Some(url) = var("DD_TRACE_AGENT_URL") {
        if let Some(address) = agent_url(&url) {
            return address;
        }
        log::warn!(
            "DD_TRACE_AGENT_URL is `{url}`; write `http://host:port` or `unix:///path`; ignored"
        );
    }
    AgentAddress::Tcp {
        host: var("DD_AGENT_HOST")
            .or_else(|| var("DD_TRACE_AGENT_HOSTNAME"))
            .map_or_else(|| DEFAULT_AGENT_HOST.to_owned(), |host| unbracketed(&host)),
        port: number(var, "DD_TRACE_AGENT_PORT").unwrap_or(DEFAULT_AGENT_PORT),
    }
}

fn agent_url(url: &str) -> Option<AgentAddress> {
    if let Some(path) = url.strip_prefix("unix://") {
        return (!path.is_empty()).then(|| AgentAddress::Unix(path.into()));
    }
    let uri: http::Uri = url.parse().ok()?;
    if uri.scheme_str() != Some("http") {
        return None;
    }
    let authority = uri.authority()?.as_str();
    let (_, authority) = authority.rsplit_once('@').unwrap_or(("", authority));
    let host = uri.host().filter(|host| !host.is_empty())?;
    // `http::Uri` takes an invalid port for none.
    let port = match authority.strip_prefix(host)? {
        "" | ":" => DEFAULT_AGENT_PORT,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    let host = unbracketed(host);
    Some(AgentAddress::Tcp { host, port })
}

/// An IPv6 address without the brackets that a URL puts around it.
fn unbracketed(host: &str) -> String {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(host).to_owned()
}
