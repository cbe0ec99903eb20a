use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, DeleteRequest, Put, PutRequest, TransactWriteItem,
    Update, WriteRequest,
};
use aws_smithy_runtime_api::client::interceptors::context::Output;
use aws_smithy_types::Blob;

use super::*;
use crate::config::Config;

/// Of `some-table`, with the one key `some-key` and the value `some-value`, by the vectors of Datadog's rules.
const ITEM: &str = "7f1aee721472bcb48701d45c7c7f7821";

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn telemetry() -> Telemetry {
    let keys = r#"{"some-table":["some-key"],"pair":["b","a"]}"#;
    Telemetry::new(Config::from_vars(|name| {
        (name == "DD_TRACE_DYNAMODB_TABLE_PRIMARY_KEYS").then(|| keys.to_owned())
    }))
}

fn hashes_after<I, O>(input: I, output: O) -> Vec<String>
where
    I: std::fmt::Debug + Send + Sync + 'static,
    O: std::fmt::Debug + Send + Sync + 'static,
{
    let writes = DynamoDb::writes(&Input::erase(input), &telemetry());
    let pointers = writes.map(|writes| writes.pointers(&Output::erase(output)));
    let pointers = pointers.into_iter().flatten();
    pointers.map(|pointer| pointer.hash).collect()
}

fn hashes<I: std::fmt::Debug + Send + Sync + 'static>(input: I) -> Vec<String> {
    hashes_after(input, ())
}

fn put(table: &str) -> PutItemInput {
    let put = PutItemInput::builder().table_name(table);
    let put = put
        .item("some-key", text("some-value"))
        .item("total", text("7"));
    put.build().unwrap()
}

#[test]
fn one_item_is_pointed_at_by_its_key() {
    let update = UpdateItemInput::builder()
        .table_name("some-table")
        .key("some-key", text("some-value"));
    let delete = DeleteItemInput::builder()
        .table_name("some-table")
        .key("some-key", text("some-value"));
    assert_eq!(hashes(put("some-table")), [ITEM]);
    assert_eq!(hashes(update.build().unwrap()), [ITEM]);
    assert_eq!(hashes(delete.build().unwrap()), [ITEM]);
}

#[test]
fn a_table_may_be_given_by_its_arn() {
    assert_eq!(
        hashes(put(
            "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/some-table"
        )),
        [ITEM]
    );
}

#[test]
fn an_item_that_is_put_needs_a_table_whose_key_is_known_and_all_of_the_key() {
    assert_eq!(hashes(put("other-table")), [""; 0]);
    assert_eq!(hashes(put("pair")), [""; 0]);
}

#[test]
fn numbers_and_bytes_are_keys_and_nothing_else_is() {
    let delete = |value| {
        let delete = DeleteItemInput::builder()
            .table_name("some-table")
            .key("some-key", value);
        hashes(delete.build().unwrap())
    };
    assert_eq!(
        delete(AttributeValue::N("123.456".to_owned())),
        ["434a6dba3997ce4dbbadc98d87a0cc24"]
    );
    assert_eq!(
        delete(AttributeValue::B(Blob::new("some-value\n"))),
        ["f03a7e69e4cc7cdc57fb3b1fe476a8fe"]
    );
    assert_eq!(delete(AttributeValue::Bool(true)), [""; 0]);
}

fn delete_request(value: &str) -> WriteRequest {
    let delete = DeleteRequest::builder()
        .key("some-key", text(value))
        .build();
    WriteRequest::builder()
        .delete_request(delete.unwrap())
        .build()
}

#[test]
fn of_a_batch_what_was_processed_is_pointed_at() {
    let put = PutRequest::builder()
        .item("some-key", text("some-value"))
        .build()
        .unwrap();
    let requests = vec![
        WriteRequest::builder().put_request(put).build(),
        delete_request("other"),
    ];
    let batch = BatchWriteItemInput::builder().request_items("some-table", requests);
    let batch = batch.build().unwrap();
    assert_eq!(hashes(batch.clone()).len(), 2);
    let output = BatchWriteItemOutput::builder()
        .unprocessed_items("some-table", vec![delete_request("other")]);
    assert_eq!(hashes_after(batch, output.build()), [ITEM]);
}

#[test]
fn of_a_transaction_what_is_written_is_pointed_at_and_not_what_is_checked() {
    let key = || ("some-key", text("some-value"));
    let put = Put::builder()
        .table_name("some-table")
        .item(key().0, key().1)
        .build();
    let update = Update::builder()
        .table_name("some-table")
        .key(key().0, key().1);
    let delete = Delete::builder()
        .table_name("some-table")
        .key(key().0, key().1)
        .build();
    let check = ConditionCheck::builder()
        .table_name("some-table")
        .key("some-key", text("checked"));
    let item = TransactWriteItem::builder;
    let transaction = TransactWriteItemsInput::builder()
        .transact_items(item().put(put.unwrap()).build())
        .transact_items(
            item()
                .update(update.update_expression("SET a = b").build().unwrap())
                .build(),
        )
        .transact_items(item().delete(delete.unwrap()).build())
        .transact_items(
            item()
                .condition_check(check.condition_expression("a = b").build().unwrap())
                .build(),
        );
    assert_eq!(hashes(transaction.build().unwrap()), [ITEM; 3]);
}
