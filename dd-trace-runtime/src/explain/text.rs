//! An explanation as a text for people.

use std::fmt::{self, Display, Formatter};

use super::custom::ExplainedExtractor;
use super::sources::ExplainedSource;
use super::{ExplainedEvent, ExplainedParent, Explanation};

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.parent {
            Some(parent) => write!(f, "{parent}")?,
            None => f.write_str("No trace context: the invocation begins a new trace.\n")?,
        }
        write!(f, "\nEvent: {}", self.event)?;
        let styles = match self.styles.as_slice() {
            [] => "none".to_owned(),
            styles => styles.join(", "),
        };
        writeln!(f, "Styles read: {styles}")?;
        f.write_str("\nAsked, in this order:\n")?;
        if let Some(extractor) = &self.extractor {
            write!(f, "{extractor}")?;
        }
        write_sources(f, &self.sources)?;
        if !self.spans.is_empty() {
            f.write_str("\nSpans:\n")?;
        }
        for (depth, span) in self.spans.iter().enumerate() {
            let indent = "  ".repeat(depth + 1);
            writeln!(
                f,
                "{indent}{}  {}  [{}]",
                span.name, span.resource, span.service
            )?;
        }
        for (index, note) in self.notes.iter().enumerate() {
            writeln!(f, "{}Note: {note}.", if index == 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl Display for ExplainedParent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Trace context found: {}", self.place)?;
        write!(f, "  trace {}, parent {}", self.trace_id, self.parent_id)?;
        match self.sampling_priority {
            Some(priority) => write!(f, ", priority {priority}")?,
            None => f.write_str(", no priority")?,
        }
        if let Some(origin) = &self.origin {
            write!(f, ", origin {origin}")?;
        }
        f.write_str("\n")
    }
}

impl Display for ExplainedEvent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let source = self.event_source.unwrap_or("from an unknown service");
        write!(f, "{source}")?;
        if let Some(arn) = &self.arn {
            write!(f, ", {arn}")?;
        }
        write!(f, ", {} bytes", self.bytes)?;
        match self.links {
            0 => {}
            1 => f.write_str(", 1 other producer becomes a span link")?,
            links => write!(f, ", {links} other producers become span links")?,
        }
        f.write_str("\n")
    }
}

impl Display for ExplainedExtractor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.reason {
            None => writeln!(f, "  extractor `{}`: USED", self.name),
            Some(reason) => writeln!(
                f,
                "  extractor `{}`:\n      passed over: {reason}",
                self.name
            ),
        }
    }
}

/// The sources in their order. Consecutive sources that have nothing to do with the event share a line.
fn write_sources(f: &mut Formatter<'_>, sources: &[ExplainedSource]) -> fmt::Result {
    let is_absent = |source: &ExplainedSource| source.places.is_empty() && !source.found;
    for row in sources.chunk_by(|a, b| is_absent(a) && is_absent(b)) {
        match row {
            [source] if !is_absent(source) => write!(f, "  {source}")?,
            absent => {
                let names: Vec<_> = absent.iter().map(|source| source.name).collect();
                writeln!(f, "  not in the event: {}", names.join(", "))?;
            }
        }
    }
    Ok(())
}

impl Display for ExplainedSource {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.places.is_empty() {
            return writeln!(f, "{}: USED", self.name);
        }
        writeln!(f, "{}:", self.name)?;
        for place in &self.places {
            writeln!(f, "    `{}` is {}", place.path, place.held)?;
            match &place.reason {
                None => f.write_str("      USED\n")?,
                Some(reason) => writeln!(f, "      passed over: {reason}")?,
            }
        }
        Ok(())
    }
}
