//! The events, and the function's answer to each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// A description for readers of the file.
    pub(crate) about: String,
    /// The handler's response.
    #[serde(default)]
    pub(crate) response: Value,
    /// The message of the error with which the handler fails instead.
    pub(crate) throws: Option<String>,
    /// `custom` of the invocation's client context.
    pub(crate) client_context: Option<BTreeMap<String, String>>,
    /// The event as in the file, byte for byte.
    pub(crate) event: Box<RawValue>,
}

/// The function has the same name in all libraries.
pub(crate) const FUNCTION: &str = "Orders";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "425911882733";

pub(crate) fn function_arn() -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}")
}

/// The settings of all libraries.
///
/// The spans of the cold start are different in each language and say nothing about an event.
pub(crate) const ENVIRONMENT: [(&str, &str); 4] = [
    ("DD_SERVICE", "shop"),
    ("DD_ENV", "test"),
    ("DD_VERSION", "7"),
    ("DD_COLD_START_TRACING", "false"),
];

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spans")
}

/// All cases, by the names of their files.
pub(crate) fn cases() -> BTreeMap<String, Case> {
    let files = fs::read_dir(folder().join("cases")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let case =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let name = path.file_stem().unwrap().to_str().unwrap();
            (name.to_owned(), case)
        })
        .collect()
}
