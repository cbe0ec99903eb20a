//! Hostile events of a given size, each hostile in one way.

use std::fmt::Write as _;

/// The name of a kind of event, and a function that makes one of about so many bytes.
pub(crate) type Family = (&'static str, fn(usize) -> String);

const IDS: &str = r#""x-datadog-trace-id":"1","x-datadog-parent-id":"2""#;
const TRACEPARENT: &str =
    r#""traceparent":"00-0000000000000000000000000000007b-0000000000000999-01""#;

pub(crate) const FAMILIES: [Family; 29] = [
    ("members of tracestate", |size| {
        tracestate(&list(size, ",", |out, n| push(out, format_args!("v{n}=1"))))
    }),
    ("one long member of tracestate", |size| {
        tracestate(&format!("v={}", "1".repeat(size)))
    }),
    ("tags in tracestate", |size| {
        tracestate(&format!(
            "dd=s:2;{}",
            list(size, ";", |out, n| push(out, format_args!("t.a{n}:b")))
        ))
    }),
    ("tracestate in many parts", |size| {
        let parts = list(size, ",", |out, n| push(out, format_args!("\"v{n}=1\"")));
        format!(r#"{{"multiValueHeaders":{{{TRACEPARENT},"tracestate":[{parts}]}}}}"#)
    }),
    ("tags", |size| {
        datadog(
            "x-datadog-tags",
            &list(size, ",", |out, n| push(out, format_args!("_dd.p.a{n}=b"))),
        )
    }),
    ("one long tag", |size| {
        datadog("x-datadog-tags", &format!("_dd.p.a={}", "b".repeat(size)))
    }),
    ("origin", |size| {
        datadog("x-datadog-origin", &"o".repeat(size))
    }),
    ("baggage", |size| {
        datadog(
            "baggage",
            &list(size, ",", |out, n| push(out, format_args!("k{n}=v"))),
        )
    }),
    ("encoded baggage", |size| {
        datadog("baggage", &format!("k={}", "%C3%A9".repeat(size / 6)))
    }),
    ("headers", |size| {
        format!(r#"{{"headers":{{{IDS},{}}}}}"#, members(size))
    }),
    ("one header many times", |size| {
        let again = list(size, ",", |out, n| {
            push(out, format_args!("\"tracestate\":\"v{n}=1\""));
        });
        format!(r#"{{"headers":{{{TRACEPARENT},{again}}}}}"#)
    }),
    ("members of a carrier", |size| {
        format!(r#"{{"_datadog":{{{IDS},{}}}}}"#, members(size))
    }),
    ("members of an authorizer's carrier", |size| {
        let carrier = base64::Engine::encode(
            &base64::prelude::BASE64_STANDARD,
            format!("{{{IDS},{}}}", members(size * 3 / 4)),
        );
        format!(r#"{{"requestContext":{{"authorizer":{{"_datadog":"{carrier}"}}}}}}"#)
    }),
    ("members of the event", |size| {
        format!("{{{}}}", members(size))
    }),
    ("lists in lists", |size| {
        "[".repeat(size / 2) + &"]".repeat(size / 2)
    }),
    ("objects in objects", |size| {
        r#"{"a":"#.repeat(size / 6) + "1" + &"}".repeat(size / 6)
    }),
    ("lists that don't end", |size| "[".repeat(size)),
    ("a long name over many values", |size| {
        let values = list(6_000, ",", |out, n| push(out, format_args!("\"a{n}\":{n}")));
        format!(r#"{{"body":{{"{}":{{{values}}}}}}}"#, "k".repeat(size))
    }),
    ("numbers", |size| {
        format!(
            "[{}]",
            list(size, ",", |out, n| push(out, format_args!("{n}")))
        )
    }),
    ("escapes", |size| {
        format!(r#"{{"body":"{}"}}"#, r"\n\u00e9".repeat(size / 8))
    }),
    ("a body in Base64", |size| {
        format!(
            r#"{{"isBase64Encoded":true,"body":"{}"}}"#,
            "eyJh".repeat(size / 4)
        )
    }),
    ("a form", |size| {
        format!(
            r#"{{"body":"{}"}}"#,
            list(size, "&", |out, n| push(out, format_args!("k{n}=v")))
        )
    }),
    ("records of SQS with trace contexts", |size| {
        records(size, |out, n| {
            push(
                out,
                format_args!(
                    r#"{{"eventSource":"aws:sqs","body":"x","messageAttributes":{{"_datadog":{{"dataType":"String","stringValue":"{{\"x-datadog-trace-id\":\"{n}\",\"x-datadog-parent-id\":\"1{n}\"}}"}}}}}}"#
                ),
            );
        })
    }),
    ("records of SQS without", |size| {
        records(size, |out, n| {
            push(
                out,
                format_args!(
                    r#"{{"eventSource":"aws:sqs","body":"{n}","messageAttributes":{{}}}}"#
                ),
            );
        })
    }),
    ("records of Kinesis", |size| {
        records(size, |out, _| {
            out.push_str(r#"{"eventSource":"aws:kinesis","kinesis":{"data":"eyJhIjoxfQ=="}}"#);
        })
    }),
    ("records of DynamoDB", |size| {
        records(size, |out, n| {
            push(
                out,
                format_args!(
                    r#"{{"eventSource":"aws:dynamodb","dynamodb":{{"Keys":{{"id":{{"N":"{n}"}}}}}}}}"#
                ),
            );
        })
    }),
    ("records of Kafka", |size| {
        let records = list(size, ",", |out, _| {
            out.push_str(r#"{"headers":[{"b3":[49,45,50]},{"x":[1]}]}"#);
        });
        format!(r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{records}]}}}}"#)
    }),
    ("a long header of Kafka", |size| {
        let bytes = list(size, ",", |out, _| out.push_str("49"));
        format!(
            r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{{"headers":[{{"tracestate":[{bytes}]}}]}}]}}}}"#
        )
    }),
    ("a message of SNS", |size| {
        let members = members(size * 3 / 4).replace('"', "\\\"");
        format!(
            r#"{{"Records":[{{"EventSource":"aws:sns","Sns":{{"Message":"{{{members},\"_datadog\":1}}"}}}}]}}"#
        )
    }),
];

fn push(out: &mut String, item: std::fmt::Arguments<'_>) {
    // Writing to a string doesn't fail.
    let _ = out.write_fmt(item);
}

/// Items of about `size` bytes in one text: the test's own memory counts, too.
fn list(size: usize, separator: &str, item: fn(&mut String, usize)) -> String {
    let mut out = String::with_capacity(size + 512);
    for n in 0.. {
        item(&mut out, n);
        if out.len() >= size {
            break;
        }
        out.push_str(separator);
    }
    out
}

fn members(size: usize) -> String {
    list(size, ",", |out, n| {
        push(out, format_args!("\"h{n}\":\"v\""));
    })
}

fn tracestate(value: &str) -> String {
    format!(r#"{{"headers":{{{TRACEPARENT},"tracestate":"{value}"}}}}"#)
}

fn datadog(header: &str, value: &str) -> String {
    format!(r#"{{"headers":{{{IDS},"{header}":"{value}"}}}}"#)
}

fn records(size: usize, record: fn(&mut String, usize)) -> String {
    format!(r#"{{"Records":[{}]}}"#, list(size, ",", record))
}
