//! The extractor of a handler, whatever its signature, as the generated table holds it.

use std::fmt::{self, Debug};
use std::marker::PhantomData;

use lambda_runtime::Context;

use super::extractor::{Extraction, Extractor};
use crate::event::raw::RawEvent;

/// An extractor whose signature has been checked and erased.
pub trait ErasedExtractor: Debug + Sync {
    /// `None` if there is no extractor.
    fn extract<'a>(&'a self, event: &'a RawEvent, context: &'a Context) -> Option<Extraction<'a>>;

    /// The set from which `DD_TRACE_EXTRACTOR` chooses; empty if there is no set.
    fn set(&self) -> &'static [NamedExtractor] {
        &[]
    }
}

/// An extractor and its path as the user wrote it.
pub type NamedExtractor = (&'static str, &'static dyn ErasedExtractor);

/// No extractor: only the built-in extraction runs.
#[derive(Debug)]
pub struct BuiltIn;

impl ErasedExtractor for BuiltIn {
    fn extract<'a>(&'a self, _: &'a RawEvent, _: &'a Context) -> Option<Extraction<'a>> {
        None
    }
}

/// The user's extractor and its signature, not yet checked.
pub struct Custom<Signature, F>(pub F, pub PhantomData<fn() -> Signature>);

impl<Signature, F> Debug for Custom<Signature, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom(..)")
    }
}

impl<Signature, F: Extractor<Signature> + Sync> ErasedExtractor for Custom<Signature, F> {
    fn extract<'a>(&'a self, event: &'a RawEvent, context: &'a Context) -> Option<Extraction<'a>> {
        Some(self.0.extract(event, context))
    }
}

/// Checks the signature. This is the only place that asks for it, so that a wrong one is one error.
#[must_use]
pub const fn extractor<Signature: 'static, F: Extractor<Signature> + Sync + 'static>(
    custom: &'static Custom<Signature, F>,
) -> &'static dyn ErasedExtractor {
    custom
}

/// A set of extractors; the first is the default.
#[derive(Debug)]
pub struct Choice {
    /// In the order of the attribute.
    pub extractors: &'static [NamedExtractor],
}

impl ErasedExtractor for Choice {
    fn extract<'a>(&'a self, event: &'a RawEvent, context: &'a Context) -> Option<Extraction<'a>> {
        self.extractors.first()?.1.extract(event, context)
    }

    fn set(&self) -> &'static [NamedExtractor] {
        self.extractors
    }
}

/// The extractor that `DD_TRACE_EXTRACTOR` names, or why it names none.
///
/// The documented value is `file.function`, which is the same as the path `file::function`. The modules before
/// those two may be left out.
pub(crate) fn choose(
    extractor: &'static dyn ErasedExtractor,
    wanted: &str,
) -> Result<&'static dyn ErasedExtractor, String> {
    let set = extractor.set();
    if set.is_empty() {
        return Err(
            "the handler has no set to choose from; write `#[traced_handler(extractors(..))]`"
                .to_owned(),
        );
    }
    let wanted = dotted(wanted);
    let is_wanted = |(path, _): &&NamedExtractor| {
        let path = dotted(path);
        path == wanted
            || path
                .strip_suffix(&wanted)
                .is_some_and(|modules| modules.ends_with('.'))
    };
    let chosen = set.iter().find(is_wanted).map(|(_, chosen)| *chosen);
    chosen.ok_or_else(|| {
        let known: Vec<String> = set.iter().map(|(path, _)| format!("`{path}`")).collect();
        format!("the extractors are {}; the first is used", known.join(", "))
    })
}

fn dotted(path: &str) -> String {
    path.trim_start_matches("::")
        .replace("::", ".")
        .replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    static JSON: BuiltIn = BuiltIn;
    static MQTT: Choice = Choice { extractors: &[] };
    static SET: Choice = Choice {
        extractors: &[
            ("extractors::json", &JSON),
            ("crate::extractors::mqtt", &MQTT),
        ],
    };

    fn chosen(wanted: &str) -> Result<String, String> {
        choose(&SET, wanted).map(|chosen| format!("{chosen:?}"))
    }

    #[test]
    fn an_extractor_is_named_by_its_path_or_as_documented() {
        for name in [
            "extractors.json",
            "extractors::json",
            "extractors/json",
            "json",
        ] {
            assert_eq!(chosen(name).unwrap(), "BuiltIn", "{name}");
        }
        for name in ["extractors.mqtt", "crate::extractors::mqtt", "mqtt"] {
            assert!(chosen(name).unwrap().starts_with("Choice"), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        for name in ["extractors.jsom", "son", ""] {
            assert_eq!(
                chosen(name).unwrap_err(),
                "the extractors are `extractors::json`, `crate::extractors::mqtt`; the first is used"
            );
        }
    }

    #[test]
    fn a_name_without_a_set_is_answered_with_what_to_write() {
        assert!(choose(&JSON, "a.b").unwrap_err().contains("extractors(..)"));
    }
}
