//! Variables and what they mean.

use super::*;
use crate::test_log::Log;

fn config(vars: &[(&str, &str)]) -> Config {
    Config::from_vars(|name| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

fn tcp(host: &str, port: u16) -> AgentAddress {
    AgentAddress::Tcp {
        host: host.to_owned(),
        port,
    }
}

#[test]
fn the_agent_s_address_comes_from_the_url_else_host_and_port_else_the_default() {
    for (vars, address) in [
        (&[][..], tcp("127.0.0.1", 8126)),
        (
            &[("DD_TRACE_AGENT_URL", "http://agent:1234")],
            tcp("agent", 1234),
        ),
        (
            &[("DD_TRACE_AGENT_URL", "http://agent:1234/")],
            tcp("agent", 1234),
        ),
        (
            &[("DD_TRACE_AGENT_URL", "http://[::1]:1234")],
            tcp("::1", 1234),
        ),
        (
            &[("DD_TRACE_AGENT_URL", "http://agent")],
            tcp("agent", 8126),
        ),
        (
            &[("DD_TRACE_AGENT_URL", "unix:///var/run/a.sock")],
            AgentAddress::Unix("/var/run/a.sock".into()),
        ),
        (
            &[("DD_TRACE_AGENT_URL", "http://a:1"), ("DD_AGENT_HOST", "b")],
            tcp("a", 1),
        ),
        (&[("DD_AGENT_HOST", "b")], tcp("b", 8126)),
        (&[("DD_TRACE_AGENT_HOSTNAME", "c")], tcp("c", 8126)),
        (
            &[("DD_TRACE_AGENT_HOSTNAME", "c"), ("DD_AGENT_HOST", "b")],
            tcp("b", 8126),
        ),
        (
            &[("DD_AGENT_HOST", "b"), ("DD_TRACE_AGENT_PORT", "9")],
            tcp("b", 9),
        ),
        (&[("DD_TRACE_AGENT_PORT", "x")], tcp("127.0.0.1", 8126)),
        (
            &[("DD_TRACE_AGENT_URL", "agent:1234"), ("DD_AGENT_HOST", "b")],
            tcp("b", 8126),
        ),
        (
            &[("DD_TRACE_AGENT_URL", "https://agent")],
            tcp("127.0.0.1", 8126),
        ),
        (&[("DD_AGENT_HOST", "[::1]")], tcp("::1", 8126)),
        (&[("DD_AGENT_HOST", "::1")], tcp("::1", 8126)),
        (&[("DD_TRACE_AGENT_URL", "http://[::1]")], tcp("::1", 8126)),
        (
            &[("DD_TRACE_AGENT_URL", "http://user:word@agent:1")],
            tcp("agent", 1),
        ),
        (&[("DD_TRACE_AGENT_URL", "unix://")], tcp("127.0.0.1", 8126)),
        (&[("DD_TRACE_AGENT_URL", " ")], tcp("127.0.0.1", 8126)),
    ] {
        assert_eq!(config(vars).agent, address, "{vars:?}");
    }
}

#[test]
fn a_malformed_agent_url_is_one_warning_and_the_default() {
    for url in [
        "http://h:99999",
        "http://h:port",
        "http://h:-1",
        "http://:8126",
        "http://",
        "http://[::1",
        "http://[::1]x",
        "h:8126",
        "https://h",
    ] {
        let log = Log::capture();
        let agent = config(&[("DD_TRACE_AGENT_URL", url)]).agent;
        assert_eq!(agent, tcp("127.0.0.1", 8126), "{url}");
        let lines = log.take();
        assert_eq!(lines.len(), 1, "{url}: {lines:?}");
        assert!(lines[0].starts_with("WARN DD_TRACE_AGENT_URL is"), "{url}");
    }
}

#[test]
fn finished_spans_wait_for_300_unless_the_settings_say_otherwise() {
    for (vars, spans) in [
        (&[][..], Some(300)),
        (&[("DD_TRACE_PARTIAL_FLUSH_MIN_SPANS", "10")], Some(10)),
        (&[("DD_TRACE_PARTIAL_FLUSH_MIN_SPANS", "0")], Some(1)),
        (&[("DD_TRACE_PARTIAL_FLUSH_MIN_SPANS", "many")], Some(300)),
        (&[("DD_TRACE_PARTIAL_FLUSH_ENABLED", "false")], None),
    ] {
        assert_eq!(config(vars).partial_flush, spans, "{vars:?}");
    }
}

#[test]
fn a_flag_is_true_or_false_in_any_case_and_anything_else_is_the_default() {
    for (value, enabled) in [
        ("false", false),
        ("False", false),
        ("0", false),
        ("true", true),
        ("1", true),
        ("off", true),
        ("", true),
    ] {
        assert_eq!(
            config(&[("DD_TRACE_ENABLED", value)]).enabled,
            enabled,
            "{value}"
        );
    }
}

#[test]
fn statuses_that_are_errors_are_read_from_a_list_and_a_malformed_one_is_one_warning() {
    const NAME: &str = "DD_TRACE_HTTP_SERVER_ERROR_STATUSES";
    let read = |value| config(&[(NAME, value)]).server_error_statuses;
    let log = Log::capture();
    assert_eq!(config(&[]).server_error_statuses, ErrorStatuses::SERVER);
    assert_eq!(read(""), ErrorStatuses::SERVER);
    assert!(read("200-201,202").contains(202));
    assert!(!read("200-201,202").contains(500));
    assert_eq!(log.take(), [""; 0]);
    for value in ["5xx", "500-", "500,,501", "0-1000"] {
        assert_eq!(read(value), ErrorStatuses::SERVER);
        let line = format!(
            "WARN {NAME} is `{value}`; write statuses such as `404,500-599`; taken as `500-599`"
        );
        assert_eq!(log.take(), [line]);
    }
}

#[test]
fn debug_lines_are_shown_by_either_variable() {
    for (name, value, debug) in [
        ("DD_TRACE_DEBUG", "true", true),
        ("DD_TRACE_DEBUG", "1", true),
        ("DD_TRACE_DEBUG", "false", false),
        ("DD_LOG_LEVEL", "debug", true),
        ("DD_LOG_LEVEL", "DEBUG", true),
        ("DD_LOG_LEVEL", "trace", true),
        ("DD_LOG_LEVEL", "info", false),
        ("DD_LOG_LEVEL", "off", false),
        ("DD_LOG_LEVEL", "critical", false),
    ] {
        let log = Log::capture();
        assert_eq!(config(&[(name, value)]).debug, debug, "{name}={value}");
        assert_eq!(log.take(), Vec::<String>::new(), "{name}={value}");
    }
}

#[test]
fn a_timeout_out_of_range_is_ignored() {
    for (value, timeout) in [
        ("0.5", Duration::from_millis(500)),
        ("0", SEND_TIMEOUT),
        ("-1", SEND_TIMEOUT),
        ("1e300", SEND_TIMEOUT),
    ] {
        let vars = [("DD_TRACE_AGENT_TIMEOUT_SECONDS", value)];
        assert_eq!(config(&vars).send_timeout, timeout, "{value}");
    }
}

#[test]
fn the_services_are_read_with_blanks_trimmed() {
    let services = config(&[("DD_SERVICE", " shop ")]).services;
    assert_eq!(services.own(), "shop");
    let services = config(&[("AWS_LAMBDA_FUNCTION_NAME", "orders"), ("DD_SERVICE", " ")]).services;
    assert_eq!(services.own(), "orders");
}

#[test]
fn managed_services_are_shown_unless_switched_off() {
    for (value, shown) in [("", true), (" False ", false), ("0", false), ("1", true)] {
        let vars = [("DD_TRACE_MANAGED_SERVICES", value)];
        assert_eq!(config(&vars).managed_services, shown, "{value}");
    }
}

#[test]
fn the_styles_follow_the_precedence_of_datadog_s_tracers() {
    use crate::context::propagation::Style::{Baggage, Datadog, TraceContext};
    let default = vec![Datadog, TraceContext, Baggage];
    for (vars, extract, inject) in [
        (&[][..], default.clone(), default.clone()),
        (
            &[("OTEL_PROPAGATORS", "tracecontext")],
            vec![TraceContext],
            vec![TraceContext],
        ),
        (
            &[
                ("OTEL_PROPAGATORS", "baggage"),
                ("DD_TRACE_PROPAGATION_STYLE", "Datadog, tracecontext"),
            ],
            vec![Datadog, TraceContext],
            vec![Datadog, TraceContext],
        ),
        (
            &[
                ("DD_TRACE_PROPAGATION_STYLE", "datadog"),
                ("DD_TRACE_PROPAGATION_STYLE_INJECT", "tracecontext"),
            ],
            vec![Datadog],
            vec![TraceContext],
        ),
        (
            &[("DD_TRACE_PROPAGATION_STYLE_EXTRACT", "none")],
            vec![],
            default.clone(),
        ),
        (
            &[("DD_TRACE_PROPAGATION_STYLE", "")],
            default.clone(),
            default.clone(),
        ),
        (
            &[("OTEL_PROPAGATORS", "xray")],
            vec![Datadog, TraceContext, Baggage],
            vec![Datadog, TraceContext, Baggage],
        ),
        (
            &[("DD_TRACE_PROPAGATION_STYLE", "datadog;tracecontext")],
            vec![Datadog, TraceContext, Baggage],
            vec![Datadog, TraceContext, Baggage],
        ),
        (
            &[("DD_TRACE_PROPAGATION_STYLE", "datadog,nonsense,datadog")],
            vec![Datadog],
            vec![Datadog],
        ),
    ] {
        let propagation = config(vars).propagation;
        assert_eq!(
            (propagation.extract, propagation.inject),
            (extract, inject),
            "{vars:?}"
        );
    }
}
