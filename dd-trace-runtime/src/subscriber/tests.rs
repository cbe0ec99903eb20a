//! Log lines inside a trace, as text.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use opentelemetry::Context;
use serde_json::{Value, json};
use tracing::{Level, Subscriber, info};
use tracing_subscriber::fmt::format::{Format, Json};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Registry, fmt, registry};

use super::LogCorrelation;
use super::correlation::{LineFormat, split_behind};
use super::logs::configured;
use crate::config::Config;
use crate::context::trace_context::TraceContext;
use crate::telemetry::Telemetry;

type Vars<'a> = &'a [(&'a str, &'a str)];

fn var(vars: Vars<'_>) -> impl Fn(&str) -> Option<String> {
    let vars: HashMap<_, _> = vars.iter().copied().collect();
    move |name| vars.get(name).map(|value| (*value).to_owned())
}

/// Where lines go.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn writer(&self) -> impl Fn() -> Self + Send + Sync + 'static {
        let lines = self.clone();
        move || lines.clone()
    }

    /// What `subscriber` writes here inside a trace.
    fn of(
        &self,
        subscriber: impl Subscriber + Send + Sync,
        vars: Vars<'_>,
        trace_id: u128,
        log: impl FnOnce(),
    ) -> String {
        let telemetry = Telemetry::new(Config::from_vars(var(vars)));
        let base = telemetry.attach_to(&Context::new());
        let parent = TraceContext::new(trace_id, u64::MAX, Some(1));
        let _active = parent.into_otel(&base).attach();
        tracing::subscriber::with_default(subscriber, log);
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

fn hello() {
    info!(n = 1, "hello");
}

/// The line of a layer with these variables.
fn line(vars: Vars<'_>, trace_id: u128) -> String {
    let lines = Lines::default();
    let layer = configured(var(vars), lines.writer());
    lines.of(registry().with(layer), vars, trace_id, hello)
}

const JSON: (&str, &str) = ("AWS_LAMBDA_LOG_FORMAT", "JSON");
const BARE: &str = "{\"level\":\"INFO\",\"fields\":{\"message\":\"hello\",\"n\":1}}\n";

#[test]
fn the_trace_id_has_32_hexadecimal_digits_where_64_bits_don_t_hold_it() {
    for (trace_id, text) in [
        (1, "1"),
        (u128::from(u64::MAX), "18446744073709551615"),
        (1 << 64, "00000000000000010000000000000000"),
        (
            0x6553_b9c7_0000_0000_0000_0000_0000_000b,
            "6553b9c700000000000000000000000b",
        ),
    ] {
        let line: Value = serde_json::from_str(&line(&[JSON], trace_id)).unwrap();
        assert_eq!(line["dd.trace_id"], text);
        assert_eq!(line["dd.span_id"], "18446744073709551615");
    }
}

#[test]
fn service_env_and_version_are_those_of_the_function() {
    let tags = |vars| {
        let line: Value = serde_json::from_str(&line(vars, 1)).unwrap();
        let tag = |name| line.get(name).cloned().unwrap_or_default();
        json!([tag("dd.service"), tag("dd.env"), tag("dd.version")])
    };
    let all = [
        JSON,
        ("DD_SERVICE", "a \"b\"\\"),
        ("DD_ENV", "c"),
        ("DD_VERSION", "1\t2"),
    ];
    assert_eq!(tags(&all), json!(["a \"b\"\\", "c", "1\t2"]));
    let function = [JSON, ("AWS_LAMBDA_FUNCTION_NAME", "orders")];
    assert_eq!(tags(&function), json!(["orders", null, null]));
}

#[test]
fn the_members_come_last_in_an_otherwise_unchanged_line() {
    let members = r#","dd.trace_id":"1","dd.span_id":"18446744073709551615","dd.service":"s""#;
    let (open, end) = BARE.split_at(BARE.len() - 2);
    let line = line(&[JSON, ("DD_SERVICE", "s")], 1);
    assert_eq!(line, [open, members, end].concat());
}

#[test]
fn switched_off_or_without_a_trace_lines_stay_as_they_are() {
    assert_eq!(line(&[JSON, ("DD_LOGS_INJECTION", "false")], 1), BARE);
    assert_eq!(line(&[JSON, ("DD_TRACE_ENABLED", "false")], 1), BARE);
    assert_eq!(line(&[JSON], 0), BARE);
}

#[test]
fn a_text_line_has_the_ids_behind_its_level() {
    for (trace_id, id) in [(1, "1"), (1 << 64, "00000000000000010000000000000000")] {
        let ids = format!("[dd.trace_id={id} dd.span_id=18446744073709551615]");
        assert_eq!(line(&[], trace_id), format!(" INFO {ids} hello n=1\n"));
    }
    for vars in [
        [("DD_LOGS_INJECTION", "false")],
        [("DD_TRACE_ENABLED", "false")],
    ] {
        assert_eq!(line(&vars, 1), " INFO hello n=1\n");
    }
    assert_eq!(line(&[], 0), " INFO hello n=1\n");
}

/// The line of `hello` in a text format of the user's own.
fn text<F>(format: F) -> String
where
    F: LineFormat + Send + Sync + 'static,
    LogCorrelation<F>: fmt::FormatEvent<Registry, fmt::format::DefaultFields>,
{
    let lines = Lines::default();
    let layer = fmt::layer().with_writer(lines.writer());
    let layer = layer.event_format(LogCorrelation::new(format));
    lines.of(registry().with(layer), &[], 7, hello)
}

#[test]
fn any_text_format_has_the_ids_before_its_message() {
    const IDS: &str = "[dd.trace_id=7 dd.span_id=18446744073709551615]";
    let format = || fmt::format().without_time();
    for (line, expected) in [
        (
            text(format()),
            format!(" INFO {IDS} dd_trace_runtime::subscriber::tests: hello n=1\n"),
        ),
        (
            text(format().with_target(false).with_level(false)),
            format!("{IDS} hello n=1\n"),
        ),
        (
            text(format().compact().with_target(false)),
            format!(" INFO {IDS} hello n=1\n"),
        ),
    ] {
        assert_eq!(line, expected);
    }
}

#[test]
fn the_colour_of_a_level_ends_before_the_ids() {
    for (line, head) in [
        ("\u{1b}[32m INFO\u{1b}[0m hello", "\u{1b}[32m INFO\u{1b}[0m"),
        ("12:00 INFO shop: INFO", "12:00 INFO"),
        ("no level", ""),
        ("", ""),
    ] {
        assert_eq!(split_behind(Level::INFO, line).0, head, "{line}");
    }
}

#[test]
fn lines_below_the_level_are_not_written() {
    for (variable, level) in [
        ("AWS_LAMBDA_LOG_LEVEL", "WARN"),
        ("RUST_LOG", "error"),
        ("RUST_LOG", "dd_trace_runtime=off"),
    ] {
        assert_eq!(
            line(&[JSON, (variable, level)], 1),
            "",
            "{variable}={level}"
        );
    }
}

/// A line in a format of the user's own.
fn formatted<T>(log: fn(), change: impl FnOnce(Format<Json>) -> Format<Json, T>) -> Value
where
    T: fmt::time::FormatTime + Send + Sync + 'static,
{
    let lines = Lines::default();
    let layer = fmt::layer().json().with_writer(lines.writer());
    let layer = layer.event_format(LogCorrelation::new(change(fmt::format().json())));
    serde_json::from_str(&lines.of(registry().with(layer), &[], 7, log)).unwrap()
}

#[test]
fn any_json_format_is_still_json_with_the_members_added() {
    for line in [
        formatted(hello, |format| format),
        formatted(hello, |format| format.flatten_event(true)),
        formatted(hello, |format| {
            format.with_level(false).with_target(false).without_time()
        }),
        formatted(hello, |format| {
            format.with_line_number(true).with_thread_ids(true)
        }),
    ] {
        assert_eq!(line["dd.trace_id"], "7", "{line}");
        let message = line
            .get("message")
            .or_else(|| line["fields"].get("message"));
        assert_eq!(message, Some(&json!("hello")), "{line}");
    }
}

#[test]
fn a_line_without_any_member_has_ours_alone() {
    let line = formatted(
        || tracing::event!(target: "shop", Level::INFO, {}),
        |format| {
            let format = format.with_level(false).with_target(false);
            format.flatten_event(true).without_time()
        },
    );
    let members: Vec<_> = line.as_object().unwrap().keys().collect();
    assert_eq!(members, ["dd.service", "dd.span_id", "dd.trace_id"]);
}
