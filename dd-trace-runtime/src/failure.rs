//! What is said about an error whose type only the generated code knows.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;

use lambda_runtime::Diagnostic;

/// How to look at an `E`: filled in by the generated code, where `E` is a concrete type.
#[derive(Debug)]
pub struct Failure<E: 'static> {
    /// `Some` if `E` implements `Error`.
    pub error: Option<fn(&E) -> &(dyn Error + 'static)>,
    /// `Some` if `E` implements `Display`.
    pub display: Option<fn(&E) -> &dyn Display>,
    /// `Some` if `E` implements `Debug`, which `lambda_runtime` asks for where the handler is run: one
    /// place is enough to say that it is missing.
    pub debug: Option<fn(&E) -> &dyn Debug>,
}

/// `AsError::<E>::__GET` is `Some` if `E` implements `Error`: an inherent constant comes before that of
/// a trait, and it is there only where its bound holds.
#[derive(Debug)]
pub struct AsError<E>(PhantomData<E>);

impl<E: Error + 'static> AsError<E> {
    /// Looks at `E` as an error.
    pub const __GET: Option<fn(&E) -> &(dyn Error + 'static)> = Some(|error| error);
}

/// The constant for every other type.
pub trait NotAnError<E: 'static> {
    /// Uses the import of the trait, where nothing else does.
    const __IMPORTED: () = ();
    /// There is no such look.
    const __GET: Option<fn(&E) -> &(dyn Error + 'static)> = None;
}

impl<E: 'static> NotAnError<E> for AsError<E> {}

/// `AsDisplay::<E>::__GET` is `Some` if `E` implements `Display`.
#[derive(Debug)]
pub struct AsDisplay<E>(PhantomData<E>);

impl<E: Display + 'static> AsDisplay<E> {
    /// Looks at `E` as text.
    pub const __GET: Option<fn(&E) -> &dyn Display> = Some(|error| error);
}

/// The constant for every other type.
pub trait NotDisplay<E: 'static> {
    /// Uses the import of the trait, where nothing else does.
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
    /// Uses the import of the trait, where nothing else does.
    const __IMPORTED: () = ();
    /// There is no such look.
    const __GET: Option<fn(&E) -> &dyn Debug> = None;
}

impl<E: 'static> NotDebug<E> for AsDebug<E> {}

/// What the span of an invocation says about its error (`spans.md` 1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorTags {
    pub(crate) kind: String,
    pub(crate) message: String,
    /// The chain of sources, outermost first; empty where there is none.
    pub(crate) stack: String,
}

impl<E: 'static> Failure<E> {
    pub(crate) fn describe(&self, error: &E) -> ErrorTags {
        if let Some(tags) = describe_known(error) {
            return tags;
        }
        if let Some(as_error) = self.error {
            return describe_error(std::any::type_name::<E>(), as_error(error));
        }
        let message = match (self.display, self.debug) {
            (Some(display), _) => display(error).to_string(),
            (None, Some(debug)) => format!("{:?}", debug(error)),
            (None, None) => String::new(),
        };
        ErrorTags {
            kind: short_name(std::any::type_name::<E>()),
            message,
            stack: String::new(),
        }
    }
}

/// Types of `lambda_runtime`'s own list that hide the real error from a trait bound.
fn describe_known(error: &dyn Any) -> Option<ErrorTags> {
    if let Some(error) = error.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        return Some(describe_boxed(error.as_ref()));
    }
    if let Some(error) = error.downcast_ref::<Box<dyn Error>>() {
        return Some(describe_boxed(error.as_ref()));
    }
    let diagnostic = error.downcast_ref::<Diagnostic>()?;
    Some(ErrorTags {
        kind: diagnostic.error_type.clone(),
        message: diagnostic.error_message.clone(),
        stack: String::new(),
    })
}

/// The concrete type behind a `dyn Error` is not to be had; a derived `Debug` starts with its name.
fn describe_boxed(error: &(dyn Error + 'static)) -> ErrorTags {
    describe_error(
        &debug_name(error).unwrap_or_else(|| "Error".to_owned()),
        error,
    )
}

fn describe_error(kind: &str, error: &(dyn Error + 'static)) -> ErrorTags {
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

/// The type's own name, without its modules and generics.
fn short_name(name: &str) -> String {
    let name = name.split('<').next().unwrap_or(name);
    let name = name.trim_start_matches('&');
    name.rsplit("::").next().unwrap_or(name).to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! failure {
        ($error:ty) => {{
            use super::{NotAnError as _, NotDebug as _, NotDisplay as _};
            let () = AsError::<$error>::__IMPORTED;
            let () = AsDisplay::<$error>::__IMPORTED;
            let () = AsDebug::<$error>::__IMPORTED;
            const {
                &Failure::<$error> {
                    error: AsError::<$error>::__GET,
                    display: AsDisplay::<$error>::__GET,
                    debug: AsDebug::<$error>::__GET,
                }
            }
        }};
    }

    #[derive(Debug)]
    enum OrderError {
        NoStock { source: std::num::ParseIntError },
    }

    impl Display for OrderError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no stock")
        }
    }

    impl Error for OrderError {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            let Self::NoStock { source } = self;
            Some(source)
        }
    }

    fn no_stock() -> OrderError {
        OrderError::NoStock {
            source: "x".parse::<u8>().unwrap_err(),
        }
    }

    fn tags(kind: &str, message: &str, stack: &str) -> ErrorTags {
        ErrorTags {
            kind: kind.into(),
            message: message.into(),
            stack: stack.into(),
        }
    }

    #[test]
    fn an_error_type_is_named_with_its_message_and_sources() {
        assert_eq!(
            failure!(OrderError).describe(&no_stock()),
            tags(
                "OrderError",
                "no stock",
                "no stock\ncaused by: invalid digit found in string"
            )
        );
    }

    #[test]
    fn a_boxed_error_is_named_by_its_debug_form() {
        let boxed: lambda_runtime::Error = Box::new(no_stock());
        assert_eq!(
            failure!(lambda_runtime::Error).describe(&boxed).kind,
            "NoStock"
        );
        let text: lambda_runtime::Error = "out of stock".into();
        assert_eq!(
            failure!(lambda_runtime::Error).describe(&text),
            tags("Error", "out of stock", "")
        );
    }

    #[test]
    fn a_diagnostic_says_type_and_message_itself() {
        let diagnostic = Diagnostic {
            error_type: "Stock".into(),
            error_message: "none".into(),
        };
        assert_eq!(
            failure!(Diagnostic).describe(&diagnostic),
            tags("Stock", "none", "")
        );
    }

    #[test]
    fn a_string_is_its_own_message() {
        assert_eq!(
            failure!(String).describe(&"no stock".into()),
            tags("String", "no stock", "")
        );
    }

    #[test]
    fn an_error_that_is_only_debug_is_printed_so() {
        #[derive(Debug)]
        struct Silent;
        assert_eq!(
            failure!(Silent).describe(&Silent),
            tags("Silent", "Silent", "")
        );
    }

    #[test]
    fn an_error_that_is_its_own_source_ends() {
        #[derive(Debug)]
        struct Endless;
        impl Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("again")
            }
        }
        impl Error for Endless {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Endless)
            }
        }
        let tags = failure!(Endless).describe(&Endless);
        assert_eq!(tags.stack.matches("again").count(), MAX_SOURCES + 1);
    }
}
