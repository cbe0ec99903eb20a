//! A trace as text, to read and to compare.

use std::fmt::Write as _;

use crate::trace::{Span, Trace};

/// Each span below its parent: a heading, then its fields and its tags in order.
pub(crate) fn print(about: &str, trace: &Trace) -> String {
    let mut text = format!("{about}\n");
    for (depth, span) in trace.iter().enumerate() {
        print_span(span, &"  ".repeat(depth), &mut text);
    }
    text
}

fn print_span(span: &Span, indent: &str, text: &mut String) {
    let field = |name: &str| span[name].as_str();
    let (name, resource) = (field("(name)"), field("(resource)"));
    let heading = format!("\n{indent}{name}  {resource}  [{}]\n", field("(service)"));
    text.push_str(&heading);
    let width = span.keys().map(String::len).max().unwrap_or_default();
    for (key, value) in span {
        if !["(name)", "(resource)", "(service)"].contains(&key.as_str()) {
            writeln!(text, "{indent}    {key:width$}  {value}").unwrap();
        }
    }
}

/// The lines that only one of the two texts has.
pub(crate) fn changes(on_file: &str, made: &str) -> String {
    let mut changes = String::new();
    for (mark, one, other) in [('-', on_file, made), ('+', made, on_file)] {
        let lines = one
            .lines()
            .filter(|line| !other.lines().any(|l| l == *line));
        for line in lines {
            writeln!(changes, "  {mark} {line}").unwrap();
        }
    }
    if changes.is_empty() {
        changes.push_str("  the same lines in another order\n");
    }
    changes
}
