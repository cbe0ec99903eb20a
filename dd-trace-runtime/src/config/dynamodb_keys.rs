//! The primary keys of DynamoDB tables, which a `PutItem` doesn't name.

use std::collections::HashMap;
use std::sync::Arc;

use crate::log;

/// `{"orders":["tenant","id"]}`: the attributes of each table's key.
#[derive(Debug, Clone, Default)]
pub(crate) struct PrimaryKeys(Arc<HashMap<String, Vec<String>>>);

/// Names of the variable in dd-trace-js and ddtrace; the first that is set counts.
const VARIABLES: [&str; 2] = [
    "DD_TRACE_DYNAMODB_TABLE_PRIMARY_KEYS",
    "DD_BOTOCORE_DYNAMODB_TABLE_PRIMARY_KEYS",
];

impl PrimaryKeys {
    pub(crate) fn from_vars(var: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = VARIABLES.iter().find_map(|name| Some((name, var(name)?)));
        let Some((name, value)) = set else {
            return Self::default();
        };
        match serde_json::from_str(&value) {
            Ok(keys) => Self(Arc::new(keys)),
            Err(error) => {
                log::warn!(
                    "{name} can't be read: {error}; write `{{\"table\":[\"partition key\",\"sort key\"]}}`; ignored"
                );
                Self::default()
            }
        }
    }

    /// The attributes of a table's key; `None` for a table that isn't listed.
    pub(crate) fn of(&self, table: &str) -> Option<&[String]> {
        self.0.get(table).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(name: &'static str, value: &'static str) -> PrimaryKeys {
        PrimaryKeys::from_vars(&|asked: &str| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn keys_are_read_under_either_name() {
        for name in VARIABLES {
            let keys = keys(name, r#"{"orders":["tenant","id"]}"#);
            assert_eq!(keys.of("orders").unwrap(), ["tenant", "id"]);
            assert_eq!(keys.of("other"), None);
        }
    }

    #[test]
    fn malformed_keys_are_reported_and_ignored() {
        let log = crate::test_log::Log::capture();
        for value in ["orders", "[]", r#"{"orders":"id"}"#] {
            assert_eq!(keys(VARIABLES[0], value).of("orders"), None);
        }
        let lines = log.take();
        assert_eq!(lines.len(), 3);
        assert!(
            lines[0].starts_with("WARN DD_TRACE_DYNAMODB_TABLE_PRIMARY_KEYS can't be read: "),
            "{lines:?}"
        );
    }
}
