//! The page of limits has the same numbers as the source.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

use std::fs;
use std::path::Path;

/// The bounds of a row, in the order of the row's numbers: a file of `src`, and constants in it.
type Bounds = &'static [(&'static str, &'static [&'static str])];

/// The beginning of each row, and where its bounds stand.
const ROWS: [(&str, Bounds); 46] = [
    (
        "headers in a",
        &[("context/carrier/mod.rs", &["MAX_HEADERS"])],
    ),
    (
        "value of a header",
        &[("context/carrier/mod.rs", &["MAX_VALUE"])],
    ),
    (
        "`x-datadog-tags`",
        &[
            ("context/propagation/mod.rs", &["TAGS_MAX_LENGTH"]),
            ("context/carrier/mod.rs", &["MAX_VALUE"]),
        ],
    ),
    (
        "tags that travel",
        &[("context/propagation_tags.rs", &["MAX_TAGS"])],
    ),
    ("origin", &[("context/trace_context.rs", &["MAX_ORIGIN"])]),
    (
        "`dd` member of `tracestate`, in",
        &[("context/propagation/tracestate.rs", &["MAX_DD_READ"])],
    ),
    (
        "`dd` member of `tracestate`, out",
        &[(
            "context/propagation/tracestate.rs",
            &["DD_MEMBER_MAX_LENGTH"],
        )],
    ),
    (
        "members of `tracestate`",
        &[(
            "context/propagation/tracestate.rs",
            &["MAX_MEMBERS", "MAX_VENDORS_READ"],
        )],
    ),
    (
        "`tracestate`, out",
        &[(
            "context/propagation/tracestate.rs",
            &["MAX_LENGTH", "LONG_MEMBER"],
        )],
    ),
    (
        "baggage",
        &[(
            "context/propagation/baggage.rs",
            &["MAX_ITEMS", "MAX_LENGTH"],
        )],
    ),
    (
        "records of a Kafka batch",
        &[("extraction/batch.rs", &["MAX_SEARCHED"])],
    ),
    (
        "records of a batch",
        &[("extraction/batch.rs", &["MAX_RECORDS"])],
    ),
    (
        "pathway of Data Streams",
        &[("data_streams/pathway.rs", &["MAX_HEADER"])],
    ),
    (
        "name of a queue",
        &[("data_streams/edge.rs", &["MAX_TOPIC"])],
    ),
    (
        "pathways that Data Streams",
        &[("data_streams/buckets.rs", &["MAX_PATHWAYS"])],
    ),
    (
        "what Data Streams Monitoring counted",
        &[("data_streams/buckets.rs", &["MAX_BUCKETS"])],
    ),
    (
        "attributes and links of a span",
        &[("tracer/limits.rs", &["MAX_ATTRIBUTES"])],
    ),
    (
        "events of a span",
        &[("tracer/limits.rs", &["MAX_EVENTS", "MAX_ATTRIBUTES_EACH"])],
    ),
    (
        "span pointers",
        &[("event/trigger/pointer.rs", &["MAX_POINTERS"])],
    ),
    ("name of a span", &[("export/limits.rs", &["NAME_LIMIT"])]),
    ("name of a tag", &[("export/limits.rs", &["KEY_LIMIT"])]),
    (
        "value of a tag",
        &[("conventions/written_tags.rs", &["VALUE_LIMIT"])],
    ),
    ("resource", &[("export/limits.rs", &["RESOURCE_LIMIT"])]),
    (
        "sources of an error",
        &[("handler/failure/mod.rs", &["MAX_SOURCES"])],
    ),
    (
        "captured values",
        &[("invocation/capture/mod.rs", &["MAX_TAGS"])],
    ),
    (
        "name of a captured value",
        &[("invocation/capture/mod.rs", &["MAX_KEY"])],
    ),
    (
        "captured value",
        &[("invocation/capture/mod.rs", &["MAX_VALUE"])],
    ),
    (
        "levels of a captured payload",
        &[
            ("config/mod.rs", &["CAPTURE_DEPTH"]),
            ("invocation/capture/mod.rs", &["MAX_DEPTH"]),
        ],
    ),
    (
        "text of an event in a log line",
        &[("log.rs", &["EXCERPT"])],
    ),
    (
        "spans of a trace that have ended",
        &[
            ("config/mod.rs", &["PARTIAL_FLUSH_MIN_SPANS"]),
            ("export/limits.rs", &["FINISHED_BYTES"]),
        ],
    ),
    (
        "the same of all traces",
        &[("export/limits.rs", &["OPEN_BYTES"])],
    ),
    ("encoded spans", &[("export/limits.rs", &["WAITING_BYTES"])]),
    (
        "what is sent while",
        &[("export/limits.rs", &["FILLING_BYTES"])],
    ),
    (
        "what makes the end of a span wait",
        &[("export/limits.rs", &["PRESSING_BYTES"])],
    ),
    (
        "requests that the agent has received",
        &[("export/limits.rs", &["LATE_BYTES"])],
    ),
    (
        "one request to the agent",
        &[("export/limits.rs", &["REQUEST_BYTES"])],
    ),
    (
        "an answer of the agent",
        &[("agent/answer.rs", &["MAX_ANSWER", "MAX_HEADERS"])],
    ),
    (
        "an asynchronous extractor",
        &[("config/mod.rs", &["EXTRACTOR_TIMEOUT"])],
    ),
    (
        "a send, after the response",
        &[
            ("config/mod.rs", &["SEND_TIMEOUT"]),
            ("export/limits.rs", &["SEND_BYTES", "LONGEST_SEND"]),
        ],
    ),
    (
        "the answer to a request",
        &[("export/limits.rs", &["LATE"])],
    ),
    (
        "pause after an agent could not be reached",
        &[("agent/back_off.rs", &["UNREACHABLE"])],
    ),
    (
        "pause after an agent did not answer",
        &[("agent/back_off.rs", &["SILENT"])],
    ),
    ("pause after an answer", &[]),
    (
        "flush before the deadline",
        &[("config/mod.rs", &["FLUSH_DEADLINE"])],
    ),
    (
        "sampling decisions",
        &[("sampler/limiter.rs", &["DEFAULT_LIMIT"])],
    ),
    ("`aws.lambda.load`", &[("span/load.rs", &["LONGEST_INIT"])]),
];

/// The numbers of a text. Times are in milliseconds, whatever their unit; what stands between backticks is a name.
fn numbers(text: &str) -> Vec<u64> {
    let prose: String = text.split('`').step_by(2).collect();
    let words: Vec<&str> = prose.split_whitespace().collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
        let Ok(number) = digits.replace(',', "").parse::<u64>() else {
            continue;
        };
        let unit = words.get(at + 1).map(|unit| unit.trim_end_matches(','));
        found.push(
            number
                * match unit {
                    Some("KiB") => 1_024,
                    Some("MiB") => 1_024 * 1_024,
                    Some("s") => 1_000,
                    _ => 1,
                },
        );
    }
    found
}

/// The value of a constant: a product or a quotient of numbers and other constants, or times of those.
fn values(source: &str, name: &str) -> Vec<u64> {
    let start = source
        .find(&format!("const {name}: "))
        .unwrap_or_else(|| panic!("no {name}"));
    let (_, after) = source[start..].split_once(" = ").unwrap();
    let expression = after.split_once(';').unwrap().0;
    if expression.contains('{') {
        let times = expression
            .split('\n')
            .filter(|line| line.contains("Duration::"));
        return times.map(|time| value(source, time)).collect();
    }
    vec![value(source, expression)]
}

fn value(source: &str, expression: &str) -> u64 {
    if let Some((unit, number)) = expression
        .split_once("Duration::from_")
        .and_then(|(_, time)| time.split_once('('))
    {
        let number = value(source, number.split(')').next().unwrap());
        return if unit == "secs" {
            number * 1_000
        } else {
            number
        };
    }
    if let Some((left, right)) = expression.split_once(" / ") {
        return value(source, left) / value(source, right);
    }
    let factors = expression.split('*').map(str::trim);
    factors
        .map(|factor| {
            factor
                .replace('_', "")
                .parse()
                .unwrap_or_else(|_| values(source, factor)[0])
        })
        .product()
}

#[test]
fn each_row_has_the_bound_of_the_source() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // The longest names are HTML, so that a browser can break them.
    let page = include_str!("../src/guide/limits.md")
        .replace("<wbr>", "")
        .replace("<code>", "`")
        .replace("</code>", "`");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| bound"));
    let mut rows: Vec<&str> = rows.collect();
    for (start, bounds) in ROWS {
        let at = rows
            .iter()
            .position(|row| row["| ".len()..].starts_with(start));
        let row = rows.remove(at.unwrap_or_else(|| panic!("no row `{start}`")));
        let mut expected = Vec::new();
        for (file, names) in bounds {
            let source = fs::read_to_string(src.join(file)).unwrap();
            expected.extend(names.iter().flat_map(|name| values(&source, name)));
        }
        let cell = row.split(" | ").nth(1).unwrap();
        assert_eq!(numbers(cell), expected, "{row}");
    }
    assert!(rows.is_empty(), "rows that are not in the table: {rows:?}");
}
