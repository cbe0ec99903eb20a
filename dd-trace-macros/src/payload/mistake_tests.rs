//! Each mistake is one error.

// expect-test writes every text with hashes.
#![allow(clippy::needless_raw_string_hashes)]

use expect_test::expect;

use super::derive;
use crate::diag::messages;

fn mistakes(input: &str) -> Vec<String> {
    messages(derive(&syn::parse_str(input).unwrap()))
}

#[test]
fn objects_of_every_shape_are_accepted() {
    let accepted = [
        "struct Order {}",
        "#[serde(transparent)] struct Order(Inner);",
        r#"#[serde(into = "Wire")] struct Order(u8, u8);"#,
        r#"#[serde(into = "Wire")] enum Order { A }"#,
        r#"#[serde(tag = "t")] enum Order { A, B { id: u8 }, C(Inner) }"#,
        r#"#[serde(tag = "t", content = "c")] enum Order { A(u8, u8), B { _datadog: u8 } }"#,
        "#[serde(untagged)] enum Order { A { id: u8 }, #[serde(skip)] B }",
        r#"#[serde(tag = "t")] enum Order { A, #[serde(untagged)] B { id: u8 } }"#,
        "struct Order { #[serde(skip_serializing)] _datadog: u8 }",
        r#"struct Order { #[serde(rename = "dd")] _datadog: u8 }"#,
        r#"#[serde(rename_all = "camelCase")] struct Order { _datadog: u8 }"#,
        r#"#[datadog(field = "trace")] struct Order { _datadog: u8 }"#,
        "#[serde(transparent)] struct Order { _datadog: Inner }",
    ];
    for input in accepted {
        assert_eq!(mistakes(input), Vec::<String>::new(), "{input}");
    }
}

#[test]
fn one_mistake_is_one_error() {
    let mistaken = [
        "struct Order;",
        "struct Order(u8);",
        "struct Order(u8, u8);",
        "union Order { id: u8 }",
        "enum Order {}",
        "enum Order { A, B }",
        "enum Order { #[serde(untagged)] A { id: u8 }, B }",
        "#[serde(untagged)] enum Order { A }",
        "#[serde(untagged)] enum Order { A(u8) }",
        "#[serde(untagged)] enum Order { A(u8, u8) }",
        "struct Order { _datadog: u8 }",
        "struct Order { r#_datadog: u8 }",
        r#"struct Order { #[serde(rename(serialize = "_datadog"))] id: u8 }"#,
        r#"struct Order { #[serde(alias = "dd", alias = "_datadog")] id: u8 }"#,
        r#"#[serde(tag = "_datadog")] struct Order { id: u8 }"#,
        r#"#[serde(tag = "t", content = "_datadog")] enum Order { A }"#,
        r#"#[serde(tag = "t")] enum Order { A { _datadog: u8 } }"#,
        r#"#[datadog(field = "traceId")] #[serde(rename_all = "camelCase")] struct Order { trace_id: u8 }"#,
        r#"#[datadog(field = "TraceId")] #[serde(rename_all = "PascalCase")] struct Order { trace_id: u8 }"#,
        r#"#[datadog(field = "TRACE_ID")] #[serde(rename_all = "SCREAMING_SNAKE_CASE")] struct Order { trace_id: u8 }"#,
        r#"#[datadog(field = "trace-id")] #[serde(tag = "t", rename_all_fields = "kebab-case")] enum Order { A { trace_id: u8 } }"#,
        "#[serde(deny_unknown_fields)] struct Order {}",
        r#"#[serde(remote = "Other")] struct Order {}"#,
        r#"struct Order { #[serde(getter = "id")] id: u8 }"#,
        r#"struct Order { #[datadog(field = "trace")] id: u8 }"#,
        r#"#[serde(tag = "t")] enum Order { #[datadog(field = "trace")] A }"#,
        r#"#[serde(remote = "Other")] struct Order(#[serde(getter = "id")] u8, u8);"#,
        "#[datadog(carrier)] struct Order {}",
        "#[datadog] struct Order {}",
        r#"#[datadog = "json"] struct Order {}"#,
        r#"#[datadog("json")] struct Order {}"#,
        r#"#[datadog(carrier "json")] struct Order {}"#,
        "#[datadog(carrier =)] struct Order {}",
        r#"#[datadog(carrier("json"))] struct Order {}"#,
        r#"#[datadog(field("trace"))] struct Order {}"#,
        "#[datadog(crate(::dd))] struct Order {}",
        r#"#[datadog(carrier = "yaml")] struct Order {}"#,
        r#"#[datadog(field = "")] struct Order {}"#,
        "#[datadog(field)] struct Order {}",
        "#[datadog(binary = true)] struct Order {}",
        "#[datadog(binary(true))] struct Order {}",
        r#"#[datadog(field = "a")] #[datadog(field = "b")] struct Order {}"#,
        r#"#[datadog(feild = "a")] struct Order {}"#,
        r#"#[datadog(crate = "tracing")] struct Order {}"#,
    ];
    let mut lines = Vec::new();
    for input in mistaken {
        let found = mistakes(input);
        assert_eq!(found.len(), 1, "{input}: {found:?}");
        lines.extend(found);
    }
    expect![[r#"
        `TracedPayload` needs a struct with named fields; `Order` is a unit struct
        `Order` is a newtype; write `#[serde(transparent)]` for it to be the object that it holds
        `TracedPayload` needs a struct with named fields; `Order` is a tuple struct
        `TracedPayload` needs a struct with named fields; `Order` is a union
        `Order` is externally tagged, which is no plain JSON object; add `#[serde(tag = "type")]`
        `Order` is externally tagged, which is no plain JSON object; add `#[serde(tag = "type")]`
        `Order` is externally tagged, which is no plain JSON object; add `#[serde(tag = "type")]`
        `A` serialises as `null`, not as a JSON object; give it named fields
        `A` serialises as what it holds; derive `TracedPayload` on that and `Serialize` on the enum, or give it named fields
        `A` serialises as an array, not as a JSON object; give it named fields
        `_datadog` is reserved for the trace context; rename this field
        `_datadog` is reserved for the trace context; rename this field
        `_datadog` is reserved for the trace context; choose another key
        `_datadog` is reserved for the trace context; choose another key
        `_datadog` is reserved for the trace context; choose another key
        `_datadog` is reserved for the trace context; choose another key
        `_datadog` is reserved for the trace context; rename this field
        `traceId` is reserved for the trace context; rename this field
        `TraceId` is reserved for the trace context; rename this field
        `TRACE_ID` is reserved for the trace context; rename this field
        `trace-id` is reserved for the trace context; rename this field
        a reader of this type would refuse the added trace context; remove `deny_unknown_fields`
        `remote` describes a type of another crate; derive `Serialize` here, and `TracedPayload` on a struct with `#[serde(transparent)]` and a field with `#[serde(with = "Order")]`
        `getter` is for `remote` types only; remove it
        `#[datadog(..)]` speaks about the whole payload; put it on the type
        `#[datadog(..)]` speaks about the whole payload; put it on the type
        `remote` describes a type of another crate; derive `Serialize` here, and `TracedPayload` on a struct with `#[serde(transparent)]` and a field with `#[serde(with = "Order")]`
        `carrier` needs a shape; write `"object"`, `"json"` or `"attribute"`
        `datadog` needs keys; write `#[datadog(carrier = "json")]`
        `datadog` needs keys; write `#[datadog(carrier = "json")]`
        a value without its key; write `key = value`
        unexpected; write `key = value`, with a comma between two of them
        no value that can be read; write `key = value`, with a comma between two of them
        `carrier` needs a shape; write `"object"`, `"json"` or `"attribute"`
        `field` needs a key; write `field = "_datadog"`
        `crate` needs the path of the runtime crate: `crate = "::dd_trace_runtime"`
        unknown carrier `yaml`; write `"object"`, `"json"` or `"attribute"`
        `field` needs a key; write `field = "_datadog"`
        `field` needs a key; write `field = "_datadog"`
        `binary` needs no value; write `#[datadog(binary)]`
        `binary` needs no value; write `#[datadog(binary)]`
        `field` is given twice; keep one
        unknown key `feild`; did you mean `field`?
        `tracing` depends on what is in scope; write `::tracing`, `crate::tracing` or `$crate`"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn what_serde_refuses_is_left_to_serde() {
    let input = r#"#[serde(renmae = "x", rename_all = 7)] struct Order { #[serde] id: u8 }"#;
    assert_eq!(mistakes(input), Vec::<String>::new());
}
