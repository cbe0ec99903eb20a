//! DynamoDB: span pointers at the items of `PutItem`, `UpdateItem`, `DeleteItem`, `BatchWriteItem` and
//! `TransactWriteItems`.
//!
//! A record of a table's stream carries no trace context. Instead, the span of the call that wrote an item has a span
//! pointer: a hash of the table and the item's primary key. The span of the function that gets the record has the same
//! hash, and Datadog links the two, whatever language each is written in.
//!
//! The request of `PutItem` doesn't say which attributes are the key. `DD_TRACE_DYNAMODB_TABLE_PRIMARY_KEYS` says it, such
//! as `{"orders":["tenant","id"]}`; without it an item that is put has no pointer. Items that `BatchWriteItem` couldn't
//! process have none either.
//! `DD_TRACE_AWS_ADD_SPAN_POINTERS=false` switches all of them off. No request changes.
//!
//! ```no_run
//! use aws_sdk_dynamodb::config::{BehaviorVersion, Builder};
//! use aws_sdk_dynamodb::types::AttributeValue;
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_dynamodb::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let dynamodb = aws_sdk_dynamodb::Client::from_conf(config);
//! let id = AttributeValue::N("7".to_owned());
//! dynamodb.delete_item().table_name("orders").key("id", id).send().await?;
//! # Ok(())
//! # }
//! ```

mod items;
mod operations;
#[cfg(test)]
mod tests;

use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemInput;
use aws_sdk_dynamodb::operation::put_item::PutItemInput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsInput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemInput;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use opentelemetry::KeyValue;

use self::items::{Items, name};
use super::DatadogTracing;
use super::interceptor::{Interceptor, Service};
use super::writes::Writes;
use crate::event::span_pointer::SpanPointer;
use crate::telemetry::Telemetry;

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<DynamoDb>::new())
    }
}

#[derive(Debug)]
struct DynamoDb;

impl Service for DynamoDb {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        if let Some(table) = operations::table_name(input).or_else(|| only_table(input)) {
            let table = name(table).to_owned();
            tags.push(KeyValue::new("aws.dynamodb.table_name", table.clone()));
            tags.push(KeyValue::new("tablename", table));
        }
    }

    fn writes(input: &Input, telemetry: &Telemetry) -> Option<Writes> {
        let items = Items(telemetry.dynamodb_keys());
        if let Some(batch) = input.downcast_ref::<BatchWriteItemInput>() {
            return Some(batch_write(batch, telemetry));
        }
        let pointers = one(input, &items).or_else(|| transaction(input, &items))?;
        Some(Writes::new(move |_| pointers))
    }
}

/// The table of a batch whose items all belong to one table.
fn only_table(input: &Input) -> Option<&str> {
    let batch = input.downcast_ref::<BatchWriteItemInput>()?;
    let mut tables = batch.request_items()?.keys();
    let table = tables.next()?;
    tables.next().is_none().then_some(table)
}

/// `None` unless the call writes one item.
fn one(input: &Input, items: &Items<'_>) -> Option<Vec<SpanPointer>> {
    let pointer = if let Some(put) = input.downcast_ref::<PutItemInput>() {
        items.put(put.table_name()?, put.item()?)
    } else if let Some(update) = input.downcast_ref::<UpdateItemInput>() {
        Items::with_key(update.table_name()?, update.key()?)
    } else {
        let delete = input.downcast_ref::<DeleteItemInput>()?;
        Items::with_key(delete.table_name()?, delete.key()?)
    };
    Some(Vec::from_iter(pointer))
}

fn transaction(input: &Input, items: &Items<'_>) -> Option<Vec<SpanPointer>> {
    let transaction = input.downcast_ref::<TransactWriteItemsInput>()?;
    let pointers = transaction.transact_items().iter().filter_map(|item| {
        if let Some(put) = item.put() {
            return items.put(put.table_name(), put.item());
        }
        if let Some(update) = item.update() {
            return Items::with_key(update.table_name(), update.key());
        }
        let delete = item.delete()?;
        Items::with_key(delete.table_name(), delete.key())
    });
    Some(pointers.collect())
}

/// All items of the batch except those that the response returns as unprocessed.
fn batch_write(batch: &BatchWriteItemInput, telemetry: &Telemetry) -> Writes {
    let keys = telemetry.dynamodb_keys().clone();
    let mut pointers = Items(&keys).requested(batch.request_items());
    Writes::new(move |output| {
        let output = output.downcast_ref::<BatchWriteItemOutput>();
        let given_back = output.and_then(BatchWriteItemOutput::unprocessed_items);
        let given_back = Items(&keys).requested(given_back);
        pointers.retain(|pointer| !given_back.contains(pointer));
        pointers
    })
}
