//! Decisions. What rules and rates decide here, the Python tracer 4.16.0 and the Node tracer 5.132.0 decide
//! for the same spans, save that Python's names a decision maker on a dropped trace too.

mod span_rules;

use super::*;
use crate::config::Config;
use crate::test_log::Log;

/// A sampler, and where the agent's rates come in.
fn sampler(vars: &[(&str, &str)]) -> (Sampler, Arc<AgentRates>) {
    let config = Config::from_vars(|name| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    });
    let rates = Arc::<AgentRates>::default();
    (
        Sampler::new(&config.sampling, config.sampled_process(), rates.clone()),
        rates,
    )
}

/// What became of a root: priority, decision maker, sample rate, metrics.
type Decided = (i8, Option<String>, Option<String>, Vec<(String, f64)>);

fn read((decision, metrics): &(Decision, Vec<KeyValue>)) -> Decided {
    let number = |value: &opentelemetry::Value| match value {
        opentelemetry::Value::F64(number) => *number,
        other => panic!("{other:?} is no metric"),
    };
    let decision = decision.clone();
    (
        decision.priority,
        decision.maker.map(Cow::into_owned),
        decision.sample_rate,
        metrics
            .iter()
            .map(|metric| (metric.key.to_string(), number(&metric.value)))
            .collect(),
    )
}

/// A trace that a rate of 0.06 or less drops, and any larger one keeps.
const TRACE: TraceId = TraceId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

fn root(sampler: &Sampler, name: &str, attributes: &[KeyValue]) -> (Decision, Vec<KeyValue>) {
    sampler.decide(TRACE, name, &SpanKind::Server, attributes.into())
}

fn metrics(metrics: &[(&str, f64)]) -> Vec<(String, f64)> {
    let metrics = metrics.iter();
    metrics
        .map(|(key, value)| ((*key).to_owned(), *value))
        .collect()
}

#[test]
fn a_new_trace_is_kept_by_default_and_nobody_s_rate_is_told() {
    let (sampler, _) = sampler(&[]);
    assert_eq!(
        read(&root(&sampler, "", &[])),
        (1, Some("-0".into()), None, vec![])
    );
}

#[test]
fn a_rate_is_the_user_s_decision() {
    let (keeps, _) = sampler(&[("DD_TRACE_SAMPLE_RATE", "0.5")]);
    assert_eq!(
        read(&root(&keeps, "", &[])),
        (
            2,
            Some("-3".into()),
            Some("0.5".into()),
            metrics(&[("_dd.rule_psr", 0.5), ("_dd.limit_psr", 1.0)])
        )
    );
    let (drops, _) = sampler(&[("DD_TRACE_SAMPLE_RATE", "0.01")]);
    assert_eq!(
        read(&root(&drops, "", &[])),
        (
            -1,
            None,
            Some("0.01".into()),
            metrics(&[("_dd.rule_psr", 0.01)])
        )
    );
}

#[test]
fn a_rate_out_of_range_is_ignored() {
    for rate in ["1.1", "-1", "NaN", "x"] {
        let log = Log::capture();
        let (sampler, _) = sampler(&[("DD_TRACE_SAMPLE_RATE", rate)]);
        assert_eq!(read(&root(&sampler, "", &[])).0, 1, "{rate}");
        assert_eq!(log.take().len(), 1, "{rate}");
    }
}

#[test]
fn the_first_rule_that_fits_counts_and_the_rate_comes_behind_them() {
    let rules = r#"[
        {"service": "shop-*", "sample_rate": 0.2},
        {"name": "aws.lambda", "resource": "chec?out", "sample_rate": 0.3},
        {"tags": {"team": "A*", "retries": 3, "paid": true}, "sample_rate": 0.4},
        {"tags": {"http.method": "GET"}, "sample_rate": 0.5},
        {"tags": {"env": "te?t"}, "resource": "in-test", "sample_rate": 0.6}
    ]"#;
    let (sampler, _) = sampler(&[
        ("DD_TRACE_SAMPLING_RULES", rules),
        ("DD_TRACE_SAMPLE_RATE", "0.9"),
        ("DD_SERVICE", "orders"),
        ("DD_ENV", "test"),
    ]);
    let text = |key: &'static str, value: &'static str| KeyValue::new(key, value);
    let lambda = text("operation.name", "aws.lambda");
    for (name, attributes, rate) in [
        ("", vec![text("service.name", "SHOP-web")], "0.2"),
        (
            "",
            vec![lambda.clone(), text("resource.name", "checkout")],
            "0.3",
        ),
        ("checkout", vec![lambda.clone()], "0.3"),
        ("checkout", vec![], "0.9"),
        ("", vec![lambda], "0.9"),
        (
            "",
            vec![
                text("team", "alpha"),
                KeyValue::new("retries", 3),
                KeyValue::new("paid", true),
            ],
            "0.4",
        ),
        (
            "",
            vec![text("team", "alpha"), KeyValue::new("retries", 3)],
            "0.9",
        ),
        ("", vec![text("http.method", "get")], "0.5"),
        ("", vec![text("http.request.method", "GET")], "0.5"),
        ("in-test", vec![], "0.6"),
    ] {
        let (_, _, chosen, _) = read(&root(&sampler, name, &attributes));
        assert_eq!(chosen.as_deref(), Some(rate), "{name} {attributes:?}");
    }
}

/// As the Python tracer has it.
#[test]
fn a_whole_number_is_compared_as_text_and_any_other_only_with_wildcards() {
    let fits = |pattern: &str, value: opentelemetry::Value| {
        let rules = format!(r#"[{{"tags":{{"t":"{pattern}"}},"sample_rate":0}}]"#);
        let (sampler, _) = sampler(&[("DD_TRACE_SAMPLING_RULES", &rules)]);
        read(&root(&sampler, "", &[KeyValue::new("t", value)])).0 == -1
    };
    assert!(fits("20?", 204.into()));
    assert!(fits("204", 204.0.into()));
    assert!(!fits("204", 20.4.into()));
    assert!(!fits("20.*", 20.4.into()));
    assert!(fits("*", 20.4.into()));
    assert!(fits("?*", 20.4.into()));
}

#[test]
fn of_members_with_one_name_the_last_counts_and_null_is_none() {
    let rules = r#"[{"sample_rate":0.1,"service":"a","tags":{"team":"b"},"service":null,"tags":null,"sample_rate":0.25}]"#;
    let (sampler, _) = sampler(&[("DD_TRACE_SAMPLING_RULES", rules)]);
    let (_, _, rate, _) = read(&root(&sampler, "", &[]));
    assert_eq!(rate.as_deref(), Some("0.25"));
}

#[test]
fn a_rule_that_is_malformed_is_left_out_with_one_log_line_and_the_others_hold() {
    for (malformed, reason) in [
        (r#"{"service":"*"}"#, "missing field `sample_rate`"),
        (r#"{"sample_rate":"half"}"#, "`sample_rate` is no number"),
        (r#"{"sample_rate":null}"#, "`sample_rate` is no number"),
        (
            r#"{"sevice":"x","sample_rate":0}"#,
            "unknown field `sevice`",
        ),
        (
            r#"{"service":5,"sample_rate":0}"#,
            "invalid type: integer `5`",
        ),
        (r#"{"tags":{"a":[]},"sample_rate":0}"#, "the tag `a`"),
        (r#"{"tags":"a:b","sample_rate":0}"#, "invalid type: string"),
        ("7", "invalid type: integer `7`"),
    ] {
        let log = Log::capture();
        let rules = format!(r#"[{malformed},{{"sample_rate":0.25}}]"#);
        let (sampler, _) = sampler(&[("DD_TRACE_SAMPLING_RULES", &rules)]);
        let (_, _, rate, _) = read(&root(&sampler, "", &[]));
        assert_eq!(rate.as_deref(), Some("0.25"), "{malformed}");
        let [line] = &log.take()[..] else {
            panic!("{malformed}: not one log line")
        };
        let start = format!("WARN DD_TRACE_SAMPLING_RULES has the rule `{malformed}`");
        assert!(line.starts_with(&start), "{line}");
        assert!(
            line.contains(reason) && line.contains("; write `[{"),
            "{line}"
        );
    }
}

#[test]
fn the_example_of_a_rule_in_the_log_lines_is_one() {
    let log = Log::capture();
    assert_eq!(rule::parse(rule::KIND.example).len(), 1);
    assert_eq!(span_rule::parse(span_rule::KIND.example).len(), 1);
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn rules_that_are_no_array_are_none_with_one_log_line() {
    for (rules, lines) in [
        ("{}", 1),
        (r#"{"sample_rate":0}"#, 1),
        ("[", 1),
        ("null", 1),
        ("[]", 0),
    ] {
        let log = Log::capture();
        let (sampler, _) = sampler(&[("DD_TRACE_SAMPLING_RULES", rules)]);
        assert_eq!(read(&root(&sampler, "", &[])).0, 1, "{rules}");
        assert_eq!(log.take().len(), lines, "{rules}");
    }
}

#[test]
fn a_rule_s_rate_may_be_text_and_is_the_nearest_share() {
    for (written, rate) in [
        (r#""0.5""#, "0.5"),
        ("7", "1"),
        ("-1", "0"),
        ("1e-1", "0.1"),
    ] {
        let rules = format!(r#"[{{"sample_rate":{written},"discard":true}}]"#);
        let (sampler, _) = sampler(&[("DD_TRACE_SAMPLING_RULES", &rules)]);
        let (_, _, chosen, _) = read(&root(&sampler, "", &[]));
        assert_eq!(chosen.as_deref(), Some(rate), "{written}");
    }
}

#[test]
fn what_rules_keep_is_limited_and_what_nobody_asked_about_is_not() {
    let limit = ("DD_TRACE_RATE_LIMIT", "2");
    let (limited, _) = sampler(&[limit, ("DD_TRACE_SAMPLE_RATE", "1")]);
    let decisions: Vec<_> = (0..4).map(|_| read(&root(&limited, "", &[]))).collect();
    let priorities: Vec<_> = decisions.iter().map(|decision| decision.0).collect();
    assert_eq!(priorities, [2, 2, -1, -1]);
    let (_, maker, rate, last) = &decisions[3];
    assert_eq!((maker, rate.as_deref()), (&None, Some("1")));
    assert_eq!(
        *last,
        metrics(&[("_dd.rule_psr", 1.0), ("_dd.limit_psr", 0.5)])
    );

    let (unlimited, _) = sampler(&[limit]);
    let priorities = (0..4).map(|_| read(&root(&unlimited, "", &[])).0);
    assert_eq!(priorities.collect::<Vec<_>>(), [1, 1, 1, 1]);
}

#[test]
fn the_limit_is_a_hundred_unless_a_whole_number_is_written() {
    for (limit, kept) in [
        ("", 100),
        ("many", 100),
        ("0", 0),
        ("-1", 200),
        ("99999999999", 200),
    ] {
        let vars = [
            ("DD_TRACE_SAMPLE_RATE", "1"),
            ("DD_TRACE_RATE_LIMIT", limit),
        ];
        let limiter = Limiter::new(
            SamplingSettings::from_vars(&|name: &str| {
                vars.iter()
                    .find(|(known, value)| *known == name && !value.is_empty())
                    .map(|(_, value)| (*value).to_owned())
            })
            .limit
            .map(f64::from),
        );
        let now = Instant::now();
        let admitted = (0..200).filter(|_| limiter.admit(now).is_admitted);
        assert_eq!(admitted.count(), kept, "{limit}");
    }
}

#[test]
fn the_agent_s_rate_counts_where_no_rule_fits() {
    let rules = r#"[{"name":"health","sample_rate":0}]"#;
    let vars = [
        ("DD_TRACE_SAMPLING_RULES", rules),
        ("DD_SERVICE", "shop"),
        ("DD_ENV", "prod"),
    ];
    let (sampler, rates) = sampler(&vars);
    rates.update(
        br#"{"rate_by_service":{"service:shop,env:prod":0.5,"service:idle,env:prod":0.01}}"#,
    );
    let decided = |attributes| read(&root(&sampler, "", &[attributes]));
    assert_eq!(
        decided(KeyValue::new("a", "b")),
        (
            1,
            Some("-1".into()),
            Some("0.5".into()),
            metrics(&[("_dd.agent_psr", 0.5)])
        )
    );
    assert_eq!(
        decided(KeyValue::new("service.name", "idle")),
        (
            0,
            None,
            Some("0.01".into()),
            metrics(&[("_dd.agent_psr", 0.01)])
        )
    );
    assert_eq!(decided(KeyValue::new("operation.name", "health")).0, -1);
    let unknown = decided(KeyValue::new("service.name", "other"));
    assert_eq!(unknown, (1, Some("-0".into()), None, vec![]));
}

#[test]
fn a_rule_sees_the_resource_that_datadog_shows() {
    let rules = r#"[{"resource":"GET /orders/*","sample_rate":0}]"#;
    let (sampler, _) = sampler(&[("DD_TRACE_SAMPLING_RULES", rules)]);
    let request = [
        KeyValue::new("http.request.method", "GET"),
        KeyValue::new("http.route", "/orders/{id}"),
    ];
    assert_eq!(read(&root(&sampler, "handle", &request)).0, -1);
    assert_eq!(read(&root(&sampler, "handle", &[])).0, 1);
}
