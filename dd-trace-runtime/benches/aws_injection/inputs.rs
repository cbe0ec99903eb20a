//! The calls: a body of each size in each service, as far as it is accepted there.

use aws_sdk_kinesis::primitives::Blob;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use base64::Engine as _;
use dd_trace_runtime::aws::DatadogTracing;

use crate::hook::Hook;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) hook: Hook,
    pub(crate) body: String,
    /// The input of an operation that carries the headers, with this body.
    pub(crate) with: fn(&str) -> Input,
    /// One of an operation that doesn't.
    pub(crate) without: fn() -> Input,
}

const KB: usize = 1000;
/// Each less than a limit of AWS by what the headers take.
const SMALL: [usize; 3] = [KB, 64 * KB, 250 * KB];
const LARGE: [usize; 4] = [KB, 64 * KB, 250 * KB, 1000 * KB];
const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:orders";
const MACHINE: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";

macro_rules! hook {
    ($sdk:ident) => {{
        let config =
            $sdk::Config::builder().behavior_version($sdk::config::BehaviorVersion::latest());
        Hook::new(config.datadog_tracing().build().interceptors())
    }};
}

macro_rules! input {
    ($sdk:ident, $module:ident, $builder:ident $(, $field:ident = $value:expr)*) => {
        Input::erase(
            $sdk::operation::$module::builders::$builder::default()
                $(.$field($value))*
                .build()
                .unwrap(),
        )
    };
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for size in LARGE {
        cases.push(sqs(size));
        cases.push(sns(size));
        cases.push(eventbridge(size));
        cases.push(kinesis(size));
    }
    cases.extend(SMALL.map(step_functions));
    cases.extend([sqs_batch(), eventbridge_batch(), kinesis_batch()]);
    cases.extend([invoke(), invoke_with_context()]);
    cases.sort_by_key(|case| case.name);
    cases
}

/// An object of about `size` bytes, most of it short strings as in an order, in room for no more.
fn json(size: usize) -> String {
    let line = r#"{"sku":"A-1","count":2},"#;
    let lines = line.repeat(size / line.len());
    let json = format!(r#"{{"lines":[{}]}}"#, lines.trim_end_matches(','));
    json.into_boxed_str().into_string()
}

fn sqs(size: usize) -> Case {
    Case {
        name: "SQS SendMessage",
        hook: hook!(aws_sdk_sqs),
        body: json(size),
        with: |body| {
            input!(
                aws_sdk_sqs,
                send_message,
                SendMessageInputBuilder,
                queue_url = QUEUE,
                message_body = body
            )
        },
        without: sqs_without,
    }
}

fn sqs_without() -> Input {
    input!(
        aws_sdk_sqs,
        receive_message,
        ReceiveMessageInputBuilder,
        queue_url = QUEUE
    )
}

fn sqs_batch() -> Case {
    use aws_sdk_sqs::types::SendMessageBatchRequestEntry as Entry;

    Case {
        name: "SQS SendMessageBatch, of 10",
        hook: hook!(aws_sdk_sqs),
        body: json(KB),
        with: |body| {
            let entry = |id: i32| {
                Entry::builder()
                    .id(id.to_string())
                    .message_body(body)
                    .build()
                    .unwrap()
            };
            input!(
                aws_sdk_sqs,
                send_message_batch,
                SendMessageBatchInputBuilder,
                queue_url = QUEUE,
                set_entries = Some((0..10).map(entry).collect())
            )
        },
        without: sqs_without,
    }
}

fn sns(size: usize) -> Case {
    Case {
        name: "SNS Publish",
        hook: hook!(aws_sdk_sns),
        body: json(size),
        with: |body| {
            input!(
                aws_sdk_sns,
                publish,
                PublishInputBuilder,
                topic_arn = TOPIC,
                message = body
            )
        },
        without: || {
            input!(
                aws_sdk_sns,
                get_topic_attributes,
                GetTopicAttributesInputBuilder,
                topic_arn = TOPIC
            )
        },
    }
}

fn put_events(body: &str, entries: usize) -> Input {
    use aws_sdk_eventbridge::types::PutEventsRequestEntry as Entry;

    let entry = Entry::builder()
        .source("shop")
        .detail_type("order")
        .event_bus_name("orders");
    let entry = entry.detail(body).build();
    input!(
        aws_sdk_eventbridge,
        put_events,
        PutEventsInputBuilder,
        set_entries = Some(copies(entry, entries))
    )
}

fn put_no_events() -> Input {
    input!(
        aws_sdk_eventbridge,
        describe_event_bus,
        DescribeEventBusInputBuilder,
        name = "orders"
    )
}

fn eventbridge(size: usize) -> Case {
    Case {
        name: "EventBridge PutEvents",
        hook: hook!(aws_sdk_eventbridge),
        body: json(size),
        with: |body| put_events(body, 1),
        without: put_no_events,
    }
}

fn eventbridge_batch() -> Case {
    Case {
        name: "EventBridge PutEvents, of 10",
        with: |body| put_events(body, 10),
        ..eventbridge(KB)
    }
}

fn kinesis(size: usize) -> Case {
    Case {
        name: "Kinesis PutRecord",
        hook: hook!(aws_sdk_kinesis),
        body: json(size),
        with: |body| {
            input!(
                aws_sdk_kinesis,
                put_record,
                PutRecordInputBuilder,
                stream_name = "orders",
                partition_key = "7",
                data = blob(body)
            )
        },
        without: || {
            input!(
                aws_sdk_kinesis,
                describe_stream,
                DescribeStreamInputBuilder,
                stream_name = "orders"
            )
        },
    }
}

fn kinesis_batch() -> Case {
    use aws_sdk_kinesis::types::PutRecordsRequestEntry as Entry;

    Case {
        name: "Kinesis PutRecords, of 10",
        with: |body| {
            let entry = Entry::builder().partition_key("7").data(blob(body)).build();
            input!(
                aws_sdk_kinesis,
                put_records,
                PutRecordsInputBuilder,
                stream_name = "orders",
                set_records = Some(copies(entry.unwrap(), 10))
            )
        },
        ..kinesis(KB)
    }
}

fn step_functions(size: usize) -> Case {
    Case {
        name: "Step Functions StartExecution",
        hook: hook!(aws_sdk_sfn),
        body: json(size),
        with: |body| {
            input!(
                aws_sdk_sfn,
                start_execution,
                StartExecutionInputBuilder,
                state_machine_arn = MACHINE,
                input = body
            )
        },
        without: || {
            input!(
                aws_sdk_sfn,
                describe_state_machine,
                DescribeStateMachineInputBuilder,
                state_machine_arn = MACHINE
            )
        },
    }
}

fn invoke() -> Case {
    Case {
        name: "Lambda Invoke",
        hook: hook!(aws_sdk_lambda),
        // The payload carries nothing.
        body: String::new(),
        with: |_| {
            input!(
                aws_sdk_lambda,
                invoke,
                InvokeInputBuilder,
                function_name = "checkout"
            )
        },
        without: || {
            input!(
                aws_sdk_lambda,
                get_function,
                GetFunctionInputBuilder,
                function_name = "checkout"
            )
        },
    }
}

fn invoke_with_context() -> Case {
    let context = format!(
        r#"{{"client":{{"app_title":"shop"}},"custom":{}}}"#,
        json(KB / 2)
    );
    Case {
        name: "Lambda Invoke, with a client context",
        body: base64::engine::general_purpose::STANDARD.encode(context),
        with: |body| {
            input!(
                aws_sdk_lambda,
                invoke,
                InvokeInputBuilder,
                function_name = "checkout",
                client_context = body
            )
        },
        ..invoke()
    }
}

fn blob(body: &str) -> Blob {
    Blob::new(body.as_bytes())
}

/// Each with a body of its own, which has no more room than it needs.
fn copies<T: Clone>(entry: T, count: usize) -> Vec<T> {
    vec![entry; count]
}
