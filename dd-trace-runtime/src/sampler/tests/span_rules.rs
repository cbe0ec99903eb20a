//! How rules for single spans are read.

use super::*;

fn rules(vars: &[(&str, &str)]) -> usize {
    let var = |name: &str| {
        let mut vars = vars.iter();
        let found = vars.find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    SamplingSettings::from_vars(&var).span_rules.len()
}

#[test]
fn a_rule_for_single_spans_that_is_malformed_is_left_out_with_one_log_line() {
    for (malformed, reason) in [
        (r#"{"sample_rate":"half"}"#, "`sample_rate` is no number"),
        (r#"{"sample_rate":null}"#, "`sample_rate` is no number"),
        (r#"{"max_per_second":"x"}"#, "`max_per_second` is no number"),
        (
            r#"{"max_per_second":1e999}"#,
            "`max_per_second` is no number",
        ),
        (r#"{"sevice":"x"}"#, "unknown field `sevice`"),
        (r#"{"service":5}"#, "invalid type: integer `5`"),
        ("7", "invalid type: integer `7`"),
    ] {
        let log = Log::capture();
        let text = format!(r#"[{malformed},{{"service":"shop"}}]"#);
        assert_eq!(rules(&[("DD_SPAN_SAMPLING_RULES", &text)]), 1);
        let [line] = &log.take()[..] else {
            panic!("{malformed}: not one log line")
        };
        let start = format!("WARN DD_SPAN_SAMPLING_RULES has the rule `{malformed}`");
        assert!(line.starts_with(&start), "{line}");
        assert!(
            line.contains(reason) && line.contains("; write `[{"),
            "{line}"
        );
    }
}

#[test]
fn the_rules_may_be_in_a_file() {
    let directory = std::env::temp_dir();
    let path = directory.join(format!("dd-trace-runtime-rules-{}", std::process::id()));
    std::fs::write(&path, r#"[{"service":"a"},{"service":"b"}]"#).unwrap();
    let file = ("DD_SPAN_SAMPLING_RULES_FILE", path.to_str().unwrap());
    let log = Log::capture();
    assert_eq!(rules(&[file]), 2);
    assert_eq!(log.take(), [""; 0]);

    assert_eq!(rules(&[file, ("DD_SPAN_SAMPLING_RULES", "[{}]")]), 1);
    let lines = log.take();
    assert!(lines[0].contains("the file is ignored"), "{lines:?}");

    std::fs::remove_file(&path).unwrap();
    assert_eq!(rules(&[file]), 0);
    let lines = log.take();
    assert!(
        lines[0].contains("can be read; ignored") && lines.len() == 1,
        "{lines:?}"
    );
}
