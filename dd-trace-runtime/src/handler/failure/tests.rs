use super::*;

macro_rules! failure {
    ($error:ty) => {{
        use super::{HidesNoError as _, NotAnError as _, NotDebug as _, NotDisplay as _};
        let () = AsError::<$error>::__IMPORTED;
        let () = HidesError::<$error>::__IMPORTED;
        let () = AsDisplay::<$error>::__IMPORTED;
        let () = AsDebug::<$error>::__IMPORTED;
        const {
            &Failure::<$error> {
                error: AsError::<$error>::__GET,
                inner: HidesError::<$error>::__GET,
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
fn an_error_of_the_standard_library_is_named_also_in_a_box() {
    for error in [
        io::Error::other("the cellar is flooded"),
        io::Error::from(io::ErrorKind::NotFound),
        io::Error::from_raw_os_error(2),
    ] {
        let message = error.to_string();
        let boxed: lambda_runtime::Error = Box::new(error);
        let tags = failure!(lambda_runtime::Error).describe(&boxed);
        assert_eq!(
            (tags.kind.as_str(), tags.message),
            ("std::io::error::Error", message)
        );
    }
    let boxed: Box<dyn Error> = serde_json::from_str::<u8>("x").unwrap_err().into();
    assert_eq!(
        failure!(Box<dyn Error>).describe(&boxed).kind,
        "serde_json::error::Error"
    );
}

/// As `anyhow::Error` is: no error itself, and the way to the one inside.
#[derive(Debug)]
struct Report(OrderError);

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl AsRef<dyn Error> for Report {
    fn as_ref(&self) -> &(dyn Error + 'static) {
        &self.0
    }
}

#[test]
fn an_error_inside_of_a_report_is_named_with_its_message_and_sources() {
    assert_eq!(
        failure!(Report).describe(&Report(no_stock())),
        tags(
            "NoStock",
            "no stock",
            "no stock\ncaused by: invalid digit found in string"
        )
    );
}

#[test]
fn context_around_an_error_has_its_type() {
    /// As `anyhow`'s own: `Debug` says nothing of the type.
    struct Context(OrderError);
    impl Debug for Context {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Error").finish()
        }
    }
    impl Display for Context {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no delivery")
        }
    }
    impl Error for Context {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    let boxed: lambda_runtime::Error = Box::new(Context(no_stock()));
    assert_eq!(
        failure!(lambda_runtime::Error).describe(&boxed),
        tags(
            "NoStock",
            "no delivery",
            "no delivery\ncaused by: no stock\ncaused by: invalid digit found in string"
        )
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
