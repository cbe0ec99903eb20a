//! The calls, each with a traced client, as a program uses the service.

use std::env;
use std::error::Error;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use dd_trace_runtime::aws::DatadogTracing;

use crate::http;

type Called = Result<(), Box<dyn Error>>;

const ORDER: &str = r#"{"id":7}"#;

/// A traced client of one of the services.
macro_rules! client {
    ($sdk:ident) => {
        $sdk::Client::from_conf(
            tests_aws::config!($sdk, env::var("AWS_ENDPOINT_URL")?)
                .datadog_tracing()
                .build(),
        )
    };
}

pub(super) async fn make(call: &str, target: &str) -> Called {
    match call {
        "sqs" => send_message(target).await,
        "sqs-batch" => send_message_batch(target).await,
        "sns" => publish(target).await,
        "eventbridge" => put_events(target).await,
        "kinesis" => put_record(target).await,
        "step-functions" => start_execution(target).await,
        "lambda" => invoke(target).await,
        "s3" => put_object(target).await,
        "dynamodb-put" => put_item(target).await,
        "dynamodb-update" => update_item(target).await,
        "http" => http::post(target).await,
        other => Err(format!("there is no call `{other}`").into()),
    }
}

async fn send_message(queue: &str) -> Called {
    let send = client!(aws_sdk_sqs).send_message().queue_url(queue);
    send.message_body(ORDER).send().await?;
    Ok(())
}

async fn send_message_batch(queue: &str) -> Called {
    let mut send = client!(aws_sdk_sqs).send_message_batch().queue_url(queue);
    for id in ["1", "2", "3"] {
        let entry = SendMessageBatchRequestEntry::builder().id(id);
        send = send.entries(entry.message_body(ORDER).build()?);
    }
    send.send().await?;
    Ok(())
}

async fn publish(topic: &str) -> Called {
    let publish = client!(aws_sdk_sns).publish().topic_arn(topic);
    publish.message(ORDER).send().await?;
    Ok(())
}

async fn put_events(bus: &str) -> Called {
    let entry = PutEventsRequestEntry::builder().event_bus_name(bus);
    let entry = entry
        .source("shop")
        .detail_type("OrderPlaced")
        .detail(ORDER);
    let put = client!(aws_sdk_eventbridge).put_events();
    put.entries(entry.build()).send().await?;
    Ok(())
}

async fn put_record(stream: &str) -> Called {
    let put = client!(aws_sdk_kinesis).put_record().stream_name(stream);
    let data = aws_sdk_kinesis::primitives::Blob::new(ORDER);
    put.partition_key("7").data(data).send().await?;
    Ok(())
}

async fn start_execution(state_machine: &str) -> Called {
    let start = client!(aws_sdk_sfn).start_execution();
    let start = start.state_machine_arn(state_machine);
    start.input(ORDER).send().await?;
    Ok(())
}

async fn invoke(function: &str) -> Called {
    let invoke = client!(aws_sdk_lambda).invoke().function_name(function);
    let payload = aws_sdk_lambda::primitives::Blob::new(ORDER);
    invoke.payload(payload).send().await?;
    Ok(())
}

async fn put_object(bucket: &str) -> Called {
    let put = client!(aws_sdk_s3).put_object().bucket(bucket);
    let body = aws_sdk_s3::primitives::ByteStream::from_static(ORDER.as_bytes());
    put.key("orders/7 é.json").body(body).send().await?;
    Ok(())
}

/// The attributes of an item's key.
fn tenant_and_id() -> [AttributeValue; 2] {
    [
        AttributeValue::S("a".to_owned()),
        AttributeValue::N("7".to_owned()),
    ]
}

async fn put_item(table: &str) -> Called {
    let [tenant, id] = tenant_and_id();
    let put = client!(aws_sdk_dynamodb).put_item().table_name(table);
    put.item("tenant", tenant).item("id", id).send().await?;
    Ok(())
}

async fn update_item(table: &str) -> Called {
    let [tenant, id] = tenant_and_id();
    let update = client!(aws_sdk_dynamodb).update_item().table_name(table);
    let update = update.key("tenant", tenant).key("id", id);
    let update = update.update_expression("SET amount = :amount");
    let update = update.expression_attribute_values(":amount", AttributeValue::N("1".to_owned()));
    update.send().await?;
    Ok(())
}
