//! Collects every mistake of one macro call, so that the user sees them all at once.

use quote::ToTokens;
use syn::Error;

/// The mistakes found so far. After a rule fails, the next rule still runs.
#[derive(Default)]
#[must_use = "mistakes are reported by `finish`"]
pub(crate) struct Diag {
    errors: Option<Error>,
}

impl Diag {
    /// Adds a mistake, to be reported under all of `tokens` and not only under the first.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// The number of mistakes. A caller compares it before and after a rule to see whether the rule failed.
    pub(crate) fn count(&self) -> usize {
        self.errors.iter().flatten().count()
    }

    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// Returns the value, or adds the mistakes that kept it from being read.
    pub(crate) fn take<T>(&mut self, result: darling::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(errors) => {
                for error in errors.flatten() {
                    self.push(in_house_words(error));
                }
                None
            }
        }
    }

    /// Returns `value` if there were no mistakes.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Error> {
        match (self.errors, value) {
            (None, Some(value)) => Ok(value),
            (Some(errors), _) => Err(errors),
            (None, None) => Err(Error::new(
                proc_macro2::Span::call_site(),
                "nothing to expand",
            )),
        }
    }
}

/// Rewords darling's own messages in the style of ours. All other errors stay as they are.
fn in_house_words(error: darling::Error) -> Error {
    let span = error.span();
    let theirs = Error::from(error).to_string();
    let ours = if let Some(unknown) = theirs.strip_prefix("Unknown field: ") {
        let hint = unknown
            .replace(". Did you mean ", "; did you mean ")
            .replace(". Available values: ", "; the keys are ");
        format!("unknown key {hint}")
    } else if let Some(key) = theirs.strip_prefix("Duplicate field ") {
        format!("{key} is given twice; keep one")
    } else if theirs == "Unexpected meta-item format `literal`" {
        "a value without its key; write `key = value`".to_owned()
    } else {
        theirs
    };
    Error::new(span, ours)
}

/// The messages in the order in which they are reported, for unit tests.
#[cfg(test)]
pub(crate) fn messages<T>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.to_string()).collect(),
    }
}

/// Formats expanded code.
#[cfg(test)]
pub(crate) fn pretty(tokens: proc_macro2::TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

/// Tokens as text without blanks, and without the path in front of the library's own names.
#[cfg(test)]
pub(crate) fn compact(tokens: &proc_macro2::TokenStream) -> String {
    let text = tokens.to_string().replace([' ', '\n'], "");
    text.replace("::dd_trace_runtime::__private::", "")
}
