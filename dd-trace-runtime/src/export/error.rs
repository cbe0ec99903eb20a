//! What a failed span says about its error.

use std::borrow::Cow;

use opentelemetry::trace::{Event, Status};

use super::span_data::SpanData;
use crate::conventions::Attributes;

/// The tags of an error; none if the span's status isn't an error.
#[derive(Debug, Default)]
pub(super) struct ErrorTags<'a> {
    message: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    stack: Option<Cow<'a, str>>,
}

impl<'a> ErrorTags<'a> {
    /// An exception event says most, and the last one ended the span. Without one the status may have a message, and
    /// without that the attributes.
    pub(super) fn of(span: &'a SpanData, attributes: &Attributes<'a>) -> Self {
        let Status::Error { description } = &span.status else {
            return Self::default();
        };
        let mut events = span.events.iter().rev();
        let exception = events.find(|event| is_exception(event));
        let said = |key| {
            let mut attributes = exception?.attributes.iter().rev();
            let attribute = attributes.find(|attribute| attribute.key.as_str() == key)?;
            Some(attribute.value.as_str())
        };
        let description = Some(description.as_ref()).filter(|text| !text.is_empty());
        let recorded = |key| attributes.text(key).map(Cow::Borrowed);
        Self {
            message: said("exception.message")
                .or(description.map(Cow::Borrowed))
                .or_else(|| recorded("exception.message"))
                .or_else(|| http_status(attributes)),
            kind: said("exception.type").or_else(|| recorded("exception.type")),
            stack: said("exception.stacktrace"),
        }
    }

    pub(super) fn tags(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("error.message", self.message.as_deref()),
            ("error.type", self.kind.as_deref()),
            ("error.stack", self.stack.as_deref()),
        ]
        .into_iter()
        .filter_map(|(key, text)| Some((key, text?)))
    }
}

/// The name that the OpenTelemetry conventions give to the record of an exception.
pub(super) fn is_exception(event: &Event) -> bool {
    event.name.eq_ignore_ascii_case("exception")
}

/// The status that an HTTP call without an error message was answered with, such as `503 Slow Down`.
fn http_status<'a>(attributes: &Attributes<'a>) -> Option<Cow<'a, str>> {
    let code = attributes.get("http.status_code")?.as_str();
    Some(match attributes.text("http.status_text") {
        Some(text) => format!("{code} {text}").into(),
        None => code,
    })
}
