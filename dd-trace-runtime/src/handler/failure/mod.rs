//! What spans say about an error whose type only the generated code knows.

#[cfg(test)]
mod tests;

use std::any::{Any, type_name};
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::io;
use std::marker::PhantomData;

use lambda_runtime::Diagnostic;
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanRef, Status};

#[cfg(feature = "lambda_http")]
use super::sourced_error::SourcedError;

/// How to look at an `E`. The generated code, where `E` is a concrete type, fills it in.
#[derive(Debug)]
pub struct Failure<E: 'static> {
    /// `Some` if `E` implements `Error`.
    pub error: Option<fn(&E) -> &(dyn Error + 'static)>,
    /// `Some` if `E` hides an error, as `anyhow::Error`, `eyre::Report` and `miette::Report` do.
    pub inner: Option<fn(&E) -> &(dyn Error + 'static)>,
    /// `Some` if `E` implements `Display`.
    pub display: Option<fn(&E) -> &dyn Display>,
    /// `Some` if `E` implements `Debug`. `lambda_runtime` requires that where the handler is run, and one error
    /// about it is enough.
    pub debug: Option<fn(&E) -> &dyn Debug>,
}

/// `AsError::<E>::__GET` is `Some` if `E` implements `Error`: an inherent constant comes before a trait's, and
/// exists only if its bound holds.
#[derive(Debug)]
pub struct AsError<E>(PhantomData<E>);

impl<E: Error + 'static> AsError<E> {
    /// Looks at `E` as an error.
    pub const __GET: Option<fn(&E) -> &(dyn Error + 'static)> = Some(|error| error);
}

/// The constant for every other type.
pub trait NotAnError<E: 'static> {
    /// Marks the import of the trait as used, if nothing else uses it.
    const __IMPORTED: () = ();
    /// There is no such look.
    const __GET: Option<fn(&E) -> &(dyn Error + 'static)> = None;
}

impl<E: 'static> NotAnError<E> for AsError<E> {}

/// `HidesError::<E>::__GET` is `Some` if an `E` isn't an error itself and contains one.
#[derive(Debug)]
pub struct HidesError<E>(PhantomData<E>);

impl<E: AsRef<dyn Error + 'static> + 'static> HidesError<E> {
    /// Looks at the error inside.
    pub const __GET: Option<fn(&E) -> &(dyn Error + 'static)> = Some(|error| error.as_ref());
}

/// The constant for every other type.
pub trait HidesNoError<E: 'static> {
    /// Marks the import of the trait as used, if nothing else uses it.
    const __IMPORTED: () = ();
    /// There is no such look.
    const __GET: Option<fn(&E) -> &(dyn Error + 'static)> = None;
}

impl<E: 'static> HidesNoError<E> for HidesError<E> {}

/// `AsDisplay::<E>::__GET` is `Some` if `E` implements `Display`.
#[derive(Debug)]
pub struct AsDisplay<E>(PhantomData<E>);

impl<E: Display + 'static> AsDisplay<E> {
    /// Looks at `E` as text.
    pub const __GET: Option<fn(&E) -> &dyn Display> = Some(|error| error);
}

/// The constant for every other type.
pub trait NotDisplay<E: 'static> {
    /// Marks the import of the trait as used, if nothing else uses it.
    const __IMPORTED: () = ();
    /// There is no such look.
    const __GET: Option<fn(&E) -> &dyn Display> = None;
}

impl<E: 'static> NotDisplay<E> for AsDisplay<E> {}

/// `AsDebug::<E>::__GET` is `Some` if `E` implements `Debug`.
#[derive(Debug)]
pub struct AsDebug<E>(PhantomData<E>);

impl<E: Debug + 'static> AsDebug<E> {
    /// Looks at `E` as the text for developers.
    pub const __GET: Option<fn(&E) -> &dyn Debug> = Some(|error| error);
}

/// The constant for every other type.
pub trait NotDebug<E: 'static> {
    /// Marks the import of the trait as used, if nothing else uses it.
    const __IMPORTED: () = ();
    /// There is no such look.
    const __GET: Option<fn(&E) -> &dyn Debug> = None;
}

impl<E: 'static> NotDebug<E> for AsDebug<E> {}

/// What the span of an invocation says about its error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorTags {
    pub(crate) kind: String,
    pub(crate) message: String,
    /// The chain of sources, outermost first; empty if there are none.
    pub(crate) stack: String,
}

impl ErrorTags {
    /// Makes a span an error.
    pub(crate) fn tell(&self, span: &SpanRef<'_>) {
        span.set_status(Status::error(self.message.clone()));
        span.set_attribute(KeyValue::new("error.type", self.kind.clone()));
        span.set_attribute(KeyValue::new("error.message", self.message.clone()));
        if !self.stack.is_empty() {
            span.set_attribute(KeyValue::new("error.stack", self.stack.clone()));
        }
    }
}

impl<E: 'static> Failure<E> {
    /// Whether an `E` has no other text than the one for developers. The message that is posted may be a better one.
    pub(crate) fn has_only_debug(&self) -> bool {
        self.error.is_none() && self.inner.is_none() && self.display.is_none()
    }

    /// What is known of an error whose own code panicked while it was described.
    pub(crate) fn undescribed() -> ErrorTags {
        ErrorTags {
            kind: short_name(type_name::<E>()),
            message: String::new(),
            stack: String::new(),
        }
    }

    pub(crate) fn describe(&self, error: &E) -> ErrorTags {
        if let Some(tags) = describe_known(error) {
            return tags;
        }
        if let Some(as_error) = self.error {
            return describe_error(type_name::<E>(), as_error(error));
        }
        if let Some(inner) = self.inner {
            return describe_hidden(inner(error));
        }
        let message = match (self.display, self.debug) {
            (Some(display), _) => display(error).to_string(),
            (None, Some(debug)) => format!("{:?}", debug(error)),
            (None, None) => String::new(),
        };
        ErrorTags {
            kind: short_name(type_name::<E>()),
            message,
            stack: String::new(),
        }
    }
}

/// An error whose type is known.
pub(crate) fn describe_typed<E: Error + 'static>(error: &E) -> ErrorTags {
    describe_error(type_name::<E>(), error)
}

/// An error of which only the texts that `lambda_runtime` posts are known.
pub(crate) fn describe_posted(posted: &Diagnostic) -> ErrorTags {
    let is_boxed = posted.error_type.contains("dyn ");
    let kind = if is_boxed {
        "Error".to_owned()
    } else {
        short_name(&posted.error_type)
    };
    ErrorTags {
        kind,
        message: posted.error_message.clone(),
        stack: String::new(),
    }
}

/// An error that is only known to convert to a boxed one.
pub(crate) fn describe_converted<E>(error: E) -> ErrorTags
where
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    let kind = type_name::<E>();
    let error = error.into();
    if kind.starts_with("alloc::boxed::Box<dyn ") || REPORTS.contains(&kind) {
        return describe_hidden(error.as_ref());
    }
    describe_error(kind, error.as_ref())
}

/// An error of which only the texts are known. The text for developers has what its message leaves out.
#[cfg(feature = "tower")]
pub(crate) fn describe_displayed<E: Debug + Display + 'static>(error: &E) -> ErrorTags {
    describe_known(error).unwrap_or_else(|| ErrorTags {
        kind: short_name(type_name::<E>()),
        message: error.to_string(),
        stack: format!("{error:?}"),
    })
}

/// Types that hide an error.
const REPORTS: [&str; 3] = ["anyhow::Error", "eyre::Report", "miette::eyreish::Report"];

/// Types of `lambda_runtime`'s own list that hide the real error from a trait bound.
fn describe_known(error: &dyn Any) -> Option<ErrorTags> {
    if let Some(error) = error.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        return Some(describe_hidden(error.as_ref()));
    }
    if let Some(error) = error.downcast_ref::<Box<dyn Error>>() {
        return Some(describe_hidden(error.as_ref()));
    }
    #[cfg(feature = "lambda_http")]
    if let Some(error) = error.downcast_ref::<SourcedError>() {
        return Some(error.describe());
    }
    let diagnostic = error.downcast_ref::<Diagnostic>()?;
    Some(ErrorTags {
        kind: diagnostic.error_type.clone(),
        message: diagnostic.error_message.clone(),
        stack: String::new(),
    })
}

/// An error behind `dyn Error`, whose type can't be known. The first error in the chain that names a type is
/// taken: context that wraps an error has none of its own.
pub(crate) fn describe_hidden(error: &(dyn Error + 'static)) -> ErrorTags {
    let mut errors = std::iter::successors(Some(error), |&error| error.source()).take(MAX_SOURCES);
    let kind = errors.find_map(hidden_type);
    describe_error(&kind.unwrap_or_else(|| "Error".to_owned()), error)
}

/// A known type, or the name that a derived `Debug` starts with.
fn hidden_type(error: &(dyn Error + 'static)) -> Option<String> {
    let known = known_type::<io::Error>(error)
        .or_else(|| known_type::<serde_json::Error>(error))
        .or_else(|| known_type::<fmt::Error>(error));
    known.or_else(|| debug_name(error).filter(|name| name != "Error"))
}

fn known_type<E: Error + 'static>(error: &(dyn Error + 'static)) -> Option<String> {
    error.is::<E>().then(|| short_name(type_name::<E>()))
}

pub(super) fn describe_error(kind: &str, error: &(dyn Error + 'static)) -> ErrorTags {
    ErrorTags {
        kind: short_name(kind),
        message: error.to_string(),
        stack: chain(error),
    }
}

/// How many sources are followed: an error that is its own source must not hang the function.
const MAX_SOURCES: usize = 32;

fn chain(error: &(dyn Error + 'static)) -> String {
    use fmt::Write as _;

    let mut stack = String::new();
    let sources = std::iter::successors(error.source(), |&error| error.source());
    for source in sources.take(MAX_SOURCES) {
        if stack.is_empty() {
            let _ = write!(stack, "{error}");
        }
        let _ = write!(stack, "\ncaused by: {source}");
    }
    stack
}

/// The type's own name, without modules and generics. An `Error` keeps its modules, because every other library
/// has a type of that name.
pub(crate) fn short_name(name: &str) -> String {
    let name = name.split('<').next().unwrap_or(name);
    let name = name.trim_start_matches('&');
    match name.rsplit("::").next() {
        Some("Error") | None => name.to_owned(),
        Some(last) => last.to_owned(),
    }
}

/// Stops writing after the first word.
struct FirstWord(String);

impl fmt::Write for FirstWord {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if !(c.is_alphanumeric() || c == '_') {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

fn debug_name(error: &dyn Error) -> Option<String> {
    let mut word = FirstWord(String::new());
    let _ = fmt::write(&mut word, format_args!("{error:?}"));
    word.0.starts_with(char::is_uppercase).then_some(word.0)
}
