//! What came of an invocation.
#![expect(
    clippy::panic,
    reason = "what a test asks for and isn't there fails the test"
)]

use std::fmt::Write as _;

use super::Span;
use crate::context::trace_context::TraceContext;

/// What a handler returned, and its trace.
///
/// Made by [`Invocation::run`](super::Invocation::run). It has the spans that had ended when the handler
/// returned: what would be sent after the response.
#[derive(Debug, Clone)]
#[must_use = "assert on its result or its spans"]
#[non_exhaustive]
pub struct Outcome<R> {
    /// What the handler returned; the message of its panic after
    /// [`run_panicking`](super::Invocation::run_panicking).
    pub result: R,
    parent: Option<TraceContext>,
    spans: Vec<Span>,
}

impl<R> Outcome<R> {
    pub(super) fn new(result: R, parent: Option<TraceContext>, spans: Vec<Span>) -> Self {
        Self {
            result,
            parent,
            spans,
        }
    }

    /// The trace context that the extraction found, which is the producer's; `None` for a new trace.
    ///
    /// If the producer sent no sampling priority, this has the default, 1.
    #[must_use]
    pub fn parent(&self) -> Option<TraceContext> {
        self.parent.clone()
    }

    /// All spans, in the order in which they started.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The `aws.lambda` span.
    ///
    /// # Panics
    /// If there is none, as with `DD_TRACE_ENABLED=false`.
    #[must_use]
    #[track_caller]
    pub fn root(&self) -> &Span {
        self.only("aws.lambda", |span| span.name == "aws.lambda")
    }

    /// The one span of that name: its resource, which is what an OpenTelemetry span's name becomes, or
    /// its operation.
    ///
    /// # Panics
    /// If there is none, or more than one: filter [`spans`](Self::spans) in that case.
    #[must_use]
    #[track_caller]
    pub fn span(&self, name: &str) -> &Span {
        self.only(name, |span| span.resource == name || span.name == name)
    }

    /// The spans as an indented tree, without times and ids, for comparing.
    ///
    /// A line has the operation, the resource, the service and the error:
    ///
    /// ```text
    /// aws.lambda  test-function  [test-function]
    ///   internal  charge card  [test-function]  ERROR no funds
    /// ```
    #[must_use]
    pub fn tree(&self) -> String {
        let mut tree = String::new();
        let is_known = |id| self.spans.iter().any(|span| span.span_id == id);
        for top in self.spans.iter().filter(|span| !is_known(span.parent_id)) {
            self.branch(top, 0, &mut tree);
        }
        tree
    }

    fn branch(&self, span: &Span, depth: usize, tree: &mut String) {
        let indent = "  ".repeat(depth);
        let (name, resource, service) = (&span.name, &span.resource, &span.service);
        // Writing to a `String` cannot fail.
        let _ = write!(tree, "{indent}{name}  {resource}  [{service}]");
        if span.error != 0 {
            let message = span.meta.get("error.message").map_or("", String::as_str);
            let _ = write!(tree, "  ERROR {message}");
        }
        tree.truncate(tree.trim_end().len());
        tree.push('\n');
        let id = span.span_id;
        for child in self.spans.iter().filter(|child| child.parent_id == id) {
            self.branch(child, depth + 1, tree);
        }
    }

    #[track_caller]
    fn only(&self, name: &str, matches: impl Fn(&Span) -> bool) -> &Span {
        let mut found = self.spans.iter().filter(|span| matches(span));
        match (found.next(), found.count()) {
            (Some(span), 0) => span,
            (None, _) => panic!("there is no span `{name}`; there are:\n{}", self.tree()),
            (Some(_), more) => panic!(
                "there are {} spans `{name}`; look among `spans()`:\n{}",
                more + 1,
                self.tree()
            ),
        }
    }
}
