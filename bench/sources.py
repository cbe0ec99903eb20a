"""The main sources of events, each in sizes: extraction and a parser are measured on them.

A batch grows by its records, everything else by its content. The trace context stands where AWS puts it,
`_datadog` of a payload first or last.
"""

import base64

from events import HEADERS, http, message, order, text

SIZES = {"1k": 1024, "64k": 64 * 1024, "6m": 6_000_000}


def plain(size):
    return order(size, HEADERS)


def early(size):
    """The payload with its trace context as the first member."""
    return {"_datadog": HEADERS} | order(size)


def batch(size, record):
    """As many records as fit, and at least one."""
    return [record] * max(1, size // len(text(record)))


def messages(size):
    return {"Records": batch(size, message())}


def notification(size):
    attribute = {"Type": "Binary", "Value": encoded(HEADERS)}
    content = order(max(100, int(size * 0.86) - 1200))
    topic = "arn:aws:sns:us-east-1:123456789012:orders"
    sns = {
        "Type": "Notification",
        "MessageId": "dc1e94d9-56c5-5e96-808d-cc7f68faa162",
        "TopicArn": topic,
        "Subject": "order",
        "Message": text(content),
        "Timestamp": "2024-03-10T05:16:23.123Z",
        "SignatureVersion": "1",
        "MessageAttributes": {"_datadog": attribute},
    }
    record = {"EventSource": "aws:sns", "EventVersion": "1.0",
              "EventSubscriptionArn": f"{topic}:51ff3d49", "Sns": sns}
    return {"Records": [record]}


def eventbridge(size):
    return {
        "version": "0",
        "id": "bd3c8258-8d30-007c-2562-64715b2d0ea8",
        "detail-type": "OrderPlaced",
        "source": "shop",
        "account": "123456789012",
        "time": "2024-03-10T05:16:23Z",
        "region": "us-east-1",
        "resources": [],
        "detail": order(size - 250, HEADERS),
    }


def stream(size):
    return {"Records": batch(size, kinesis_record(HEADERS))}


def kinesis(producers):
    """A record of each producer, given its headers; `None` is a producer that isn't traced."""
    return {"Records": [kinesis_record(headers) for headers in producers]}


def kinesis_record(headers):
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "cust-42",
            "sequenceNumber": "49624230154685806402418173680709770494154422022871973922",
            "data": encoded(order(700, headers)),
            "approximateArrivalTimestamp": 1710047783.123,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventName": "aws:kinesis:record",
        "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
    }


def dynamodb(records):
    """Changes of so many items, which have no place for a trace context."""
    return {"Records": [change(number) for number in range(records)]}


def change(number):
    item = {"order_id": {"S": f"ord-{number:06d}"}, "amount": {"N": "129.95"}, "customer": {"S": "cust-42"}}
    return {
        "eventID": f"c4ca4238a0b923820dcc509a{number:08x}",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1710047783,
            "Keys": {"order_id": {"S": f"ord-{number:06d}"}},
            "NewImage": item,
            "SequenceNumber": f"{4421584500000000017450439091 + number}",
            "SizeBytes": 59,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2024-03-10T00:00:00.000",
    }


def kafka(size):
    record = {
        "topic": "orders",
        "partition": 0,
        "offset": 15,
        "timestamp": 1710047783123,
        "timestampType": "CREATE_TIME",
        "value": encoded(order(500)),
        "headers": [{name: list(value.encode())} for name, value in HEADERS.items()],
    }
    return {
        "eventSource": "aws:kafka",
        "eventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/shop/1a2b3c",
        "records": {"orders-0": batch(size, record)},
    }


def step_functions(size):
    machine = "arn:aws:states:us-east-1:123456789012"
    return {
        "Execution": {
            "Id": f"{machine}:execution:checkout:a1d6ed80-9c2a-4d0b-9dcb-1d8e8d7d9f3b",
            "Input": order(max(100, size - 550)),
            "Name": "a1d6ed80-9c2a-4d0b-9dcb-1d8e8d7d9f3b",
            "RedriveCount": 0,
            "StartTime": "2024-03-10T05:16:23.123Z",
        },
        "State": {
            "Name": "charge",
            "EnteredTime": "2024-03-10T05:16:23.456Z",
            "RetryCount": 0,
        },
        "StateMachine": {"Id": f"{machine}:stateMachine:checkout", "Name": "checkout"},
    }


SOURCES = {
    "plain": plain,
    "early": early,
    "http": http,
    "sqs": messages,
    "sns": notification,
    "eventbridge": eventbridge,
    "kinesis": stream,
    "kafka": kafka,
    "sfn": step_functions,
}


def encoded(value):
    return base64.b64encode(text(value).encode()).decode()


def write(folder):
    """Writes every source in every size, and returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for source, event in SOURCES.items():
        for size, length in SIZES.items():
            file = folder / f"source-{source}-{size}.json"
            file.write_text(text(event(length)))
            files.append(file)
    return files
