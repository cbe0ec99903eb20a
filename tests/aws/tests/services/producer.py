"""A host that makes one call inside a trace, under Datadog's tracer: `producer.py CALL TARGET`."""

import sys

from ddtrace import patch

patch(botocore=True)

import boto3
from ddtrace.trace import tracer

ORDER = '{"id":7}'
ITEM = {"tenant": {"S": "a"}, "id": {"N": "7"}}

CALLS = {
    "sqs": lambda queue: boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=ORDER),
    "sns": lambda topic: boto3.client("sns").publish(TopicArn=topic, Message=ORDER),
    "eventbridge": lambda bus: boto3.client("events").put_events(
        Entries=[{"EventBusName": bus, "Source": "shop", "DetailType": "OrderPlaced", "Detail": ORDER}]
    ),
    "kinesis": lambda stream: boto3.client("kinesis").put_record(
        StreamName=stream, PartitionKey="7", Data=ORDER.encode()
    ),
    "step-functions": lambda machine: boto3.client("stepfunctions").start_execution(
        stateMachineArn=machine, input=ORDER
    ),
    "lambda": lambda function: boto3.client("lambda").invoke(FunctionName=function, Payload=ORDER),
    "s3": lambda bucket: boto3.client("s3").put_object(Bucket=bucket, Key="orders/7 é.json", Body=ORDER.encode()),
    "dynamodb-put": lambda table: boto3.client("dynamodb").put_item(TableName=table, Item=ITEM),
    "dynamodb-update": lambda table: boto3.client("dynamodb").update_item(
        TableName=table,
        Key=ITEM,
        UpdateExpression="SET amount = :amount",
        ExpressionAttributeValues={":amount": {"N": "1"}},
    ),
}

call, target = sys.argv[1:]
with tracer.trace("order"):
    CALLS[call](target)
tracer.flush()
