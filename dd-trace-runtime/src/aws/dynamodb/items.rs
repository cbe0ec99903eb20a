//! Items, and the span pointers to them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, WriteRequest};

use crate::config::dynamodb_keys::PrimaryKeys;
use crate::event::span_pointer::SpanPointer;

type Attributes = HashMap<String, AttributeValue>;

/// What is known of the tables.
#[derive(Debug)]
pub(super) struct Items<'a>(pub(super) &'a PrimaryKeys);

impl Items<'_> {
    /// An item with all its attributes; `None` if the key of its table isn't known.
    pub(super) fn put(&self, table: &str, item: &Attributes) -> Option<SpanPointer> {
        let table = name(table);
        let names = self.0.of(table)?.iter();
        let key = names.map(|name| Some((name, bytes(item.get(name)?)?)));
        SpanPointer::of_item(table, key.collect::<Option<_>>()?)
    }

    /// An item by its key.
    pub(super) fn with_key(table: &str, key: &Attributes) -> Option<SpanPointer> {
        let key = key.iter().map(|(name, value)| Some((name, bytes(value)?)));
        SpanPointer::of_item(name(table), key.collect::<Option<_>>()?)
    }

    /// The items of a batch.
    pub(super) fn requested(
        &self,
        tables: Option<&HashMap<String, Vec<WriteRequest>>>,
    ) -> Vec<SpanPointer> {
        let tables = tables.into_iter().flatten();
        let requests = tables
            .flat_map(|(table, requests)| requests.iter().map(move |request| (table, request)));
        let pointers = requests.filter_map(|(table, request)| {
            if let Some(put) = request.put_request() {
                return self.put(table, put.item());
            }
            Self::with_key(table, request.delete_request()?.key())
        });
        pointers.collect()
    }
}

/// The name of a table, which may be given by its ARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/orders`.
pub(super) fn name(table: &str) -> &str {
    match table.split_once(":table/") {
        Some((_, name)) => name.split('/').next().unwrap_or(name),
        None => table,
    }
}

/// Text and numbers as they are written, and bytes as they are; nothing else can be part of a key.
fn bytes(value: &AttributeValue) -> Option<Vec<u8>> {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone().into_bytes()),
        AttributeValue::B(bytes) => Some(bytes.as_ref().to_vec()),
        _ => None,
    }
}
