//! The pipeline's report.

use std::collections::BTreeSet;
use std::process::ExitCode;

use emulator::{Trace, Traces};

use super::options::Options;
use super::{output, svg};

/// The result of a run.
pub(super) struct Report {
    traces: Traces,
    /// The failures, one a line.
    failures: Vec<String>,
}

impl Report {
    pub(super) fn new(traces: Traces, failures: Vec<String>) -> Self {
        Self { traces, failures }
    }

    /// Shows the traces and the failures. Success is one connected trace without a failure.
    pub(super) fn show(&self, options: &Options) -> ExitCode {
        let verdict = verdict(&self.traces);
        output::line(&format!("\n{}\n{verdict}", self.traces.to_timeline()));
        for failure in &self.failures {
            output::error_line(failure);
        }
        let mut good = self.traces.connected() && self.failures.is_empty();
        if let Some(file) = &options.svg {
            match std::fs::write(file, svg::waterfall(&self.traces, &verdict)) {
                Ok(()) => output::line(&format!("picture: {}", file.display())),
                Err(error) => {
                    output::error_line(&format!(
                        "{} could not be written: {error}",
                        file.display()
                    ));
                    good = false;
                }
            }
        }
        if good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// One line on whether all spans belong together.
fn verdict(traces: &Traces) -> String {
    let spans = count(traces.span_count(), "span");
    let services = count(traces.services().len(), "service");
    match traces.as_slice() {
        [] => "NOT connected: no spans came".to_owned(),
        [trace] if !traces.connected() => {
            format!(
                "NOT connected: {spans} in one trace, without a common root; {}",
                roots(trace)
            )
        }
        [_] => format!("connected: {spans} of {services} in one trace"),
        [_, others @ ..] => {
            let others: Vec<String> = others.iter().map(roots).collect();
            format!(
                "NOT connected: {} of {spans}; {}",
                count(traces.as_slice().len(), "trace"),
                others.join("; ")
            )
        }
    }
}

/// The spans at which a trace begins.
fn roots(trace: &Trace) -> String {
    let rows = trace.rows();
    let services: BTreeSet<&str> = rows
        .iter()
        .filter(|row| row.depth == 0)
        .map(|row| row.span.service.as_str())
        .collect();
    let services: Vec<&str> = services.into_iter().collect();
    format!("{:032x} begins in {}", trace.id(), services.join(" and "))
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use emulator::Span;

    use super::*;

    fn span(service: &str, trace: u64, id: u64, parent: u64) -> Span {
        Span {
            service: service.to_owned(),
            trace_id: trace,
            span_id: id,
            parent_id: parent,
            start: i64::try_from(id).unwrap(),
            ..Span::default()
        }
    }

    fn judged(spans: impl IntoIterator<Item = Span>) -> String {
        verdict(&Traces::from_spans(spans))
    }

    #[test]
    fn one_trace_with_one_root_is_connected() {
        let spans = [span("a", 1, 1, 0), span("b", 1, 2, 1), span("b", 1, 3, 2)];
        assert_eq!(
            judged(spans),
            "connected: 3 spans of 2 services in one trace"
        );
    }

    #[test]
    fn each_further_trace_is_named_with_its_first_span() {
        let spans = [span("a", 1, 1, 0), span("b", 2, 2, 0), span("c", 2, 3, 2)];
        let expected =
            "NOT connected: 2 traces of 3 spans; 00000000000000000000000000000002 begins in b";
        assert_eq!(judged(spans), expected);
    }

    #[test]
    fn one_trace_with_two_roots_is_not_connected() {
        let spans = [span("a", 1, 1, 0), span("b", 1, 2, 9)];
        let expected = "NOT connected: 2 spans in one trace, without a common root; \
                        00000000000000000000000000000001 begins in a and b";
        assert_eq!(judged(spans), expected);
    }

    #[test]
    fn no_spans_are_not_connected() {
        assert_eq!(judged([]), "NOT connected: no spans came");
    }
}
