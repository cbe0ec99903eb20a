//! How each format carries a trace context: the table of `guide::formats`.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::fs;

use dd_trace_runtime::TracedPayload;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::format::*;
use crate::trace::in_trace;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Plain {
    id: String,
    count: i32,
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
struct Object {
    id: String,
    count: i32,
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
#[datadog(carrier = "json")]
struct Text {
    id: String,
    count: i32,
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
#[datadog(binary)]
struct Binary {
    id: String,
    count: i32,
}

/// The carrier, as a consumer finds it that knows nothing of the payload.
#[derive(Deserialize)]
struct Found<C> {
    #[serde(rename = "_datadog")]
    carrier: C,
}

/// Writes `payload` in a trace, and says how the result differs from serde's own derive.
fn added<F: Format, T: Serialize + DeserializeOwned + PartialEq + Debug>(
    payload: &T,
    plain: &Plain,
) -> &'static str {
    let without = F::write(plain).expect(F::NAME);
    assert_eq!(
        F::write(payload).unwrap(),
        without,
        "{}: outside of a trace",
        F::NAME
    );
    let written = in_trace(|| F::write(payload)).unwrap();
    let read = F::read::<T>(&written);
    if read.is_err() {
        return "unreadable";
    }
    assert_eq!(&read.unwrap(), payload, "{}: read back", F::NAME);
    if written == without {
        return "nothing";
    }
    // XML reads a string as an object too, with a key of its own.
    if let Ok(found) = F::read::<Found<BTreeMap<String, String>>>(&written)
        && let Some(trace_id) = found.carrier.get("x-datadog-trace-id")
    {
        assert_eq!(trace_id, "7");
        return "object";
    }
    let found = F::read::<Found<String>>(&written).expect(F::NAME);
    let headers: BTreeMap<String, String> = serde_json::from_str(&found.carrier).unwrap();
    assert_eq!(headers.get("x-datadog-trace-id").unwrap(), "7");
    "text"
}

#[test]
fn the_guide_says_what_each_format_gets() {
    let (id, count) = (|| "1".to_owned(), 2);
    let mut table = String::new();
    macro_rules! row {
        ($format:ident) => {
            let plain = Plain { id: id(), count };
            let object = added::<$format, _>(&Object { id: id(), count }, &plain);
            let text = added::<$format, _>(&Text { id: id(), count }, &plain);
            let binary = added::<$format, _>(&Binary { id: id(), count }, &plain);
            writeln!(
                table,
                "| {} | {object} | {text} | {binary} |",
                $format::NAME
            )
            .unwrap();
        };
    }
    for_each_format!(row);
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../dd-trace-runtime/src/guide/formats.md"
    );
    let page = fs::read_to_string(page).unwrap();
    assert!(
        page.contains(&table),
        "the table of guide/formats.md is\n{table}"
    );
}
