"""The events: plain, API Gateway and SQS, in sizes.

`_datadog` is the last member of the plain event, the worst place for who looks for it. The headers are
what one Datadog tracer writes: both styles name the same trace and the same parent.
"""

import json

TRACE_ID = 0x66F0A1B2000000004CA3F8B4D1F4B9D7
PARENT_ID = 0x5DA1F3E8A7C0B208


def headers(producer=0):
    """The headers of the producer with this number."""
    trace_id, parent_id = TRACE_ID + producer, PARENT_ID + producer
    return {
        "x-datadog-trace-id": str(trace_id & (1 << 64) - 1),
        "x-datadog-parent-id": str(parent_id),
        "x-datadog-sampling-priority": "1",
        "x-datadog-tags": f"_dd.p.tid={trace_id >> 64:016x},_dd.p.dm=-1",
        "x-datadog-origin": "rum",
        "traceparent": f"00-{trace_id:032x}-{parent_id:016x}-01",
        "tracestate": f"dd=s:1;o:rum;p:{parent_id:016x};t.dm:-1",
    }


HEADERS = headers()


def text(value):
    return json.dumps(value, separators=(",", ":"))


def order(size, headers=None):
    """An order of about `size` bytes."""
    event = {
        "order_id": "ord-000001",
        "amount": 129.95,
        "currency": "EUR",
        "customer": "cust-42",
        "items": [],
    }
    length = len(text(event)) + (len(text(headers)) + 12 if headers else 0)
    while length < size:
        number = len(event["items"])
        item = {
            "sku": f"SKU-{number:07d}",
            "qty": number % 9 + 1,
            "price": round(1.25 + number % 100 * 0.37, 2),
            "name": 'widget "large" blue',
            "tags": ["a", "b"],
            "stock": None,
        }
        length += len(text(item)) + 1
        event["items"].append(item)
    if headers:
        event["_datadog"] = headers
    return event


def http(size):
    """An HTTP API request, version 2.0, of about `size` bytes, mostly the body."""
    domain = "abc123.execute-api.us-east-1.amazonaws.com"
    event = {
        "version": "2.0",
        "routeKey": "POST /orders",
        "rawPath": "/orders",
        "rawQueryString": "",
        "headers": {
            "accept": "*/*",
            "content-type": "application/json",
            "host": domain,
            "user-agent": "curl/8.5.0",
            "x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **HEADERS,
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": domain,
            "domainPrefix": "abc123",
            "http": {
                "method": "POST",
                "path": "/orders",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "curl/8.5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "POST /orders",
            "stage": "$default",
            "time": "10/Mar/2024:05:16:23 +0000",
            "timeEpoch": 1710047783123,
        },
        "body": "",
        "isBase64Encoded": False,
    }
    # Escaping the quotes of the body makes it longer by about a sixth.
    event["body"] = text(order(max(100, int((size - len(text(event))) * 0.86))))
    return event


def sqs(records, producers=1):
    """A batch of messages, each with an order of 300 bytes and the trace context of one of the producers."""
    return {"Records": [message(number % producers if producers else None) for number in range(records)]}


def message(producer=0):
    """A message of SQS; `None` is a producer that isn't traced."""
    attribute = {
        "stringValue": text(headers(producer or 0)),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": "String",
    }
    return {
        "messageId": "19dd0b57-b21e-4ac1-bd88-000000000000",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
        "body": text(order(300)),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1710047783123",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1710047783133",
        },
        "messageAttributes": {} if producer is None else {"_datadog": attribute},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
        "awsRegion": "us-east-1",
    }


def write(folder):
    """Writes every event to `folder`, as `<kind>-<size>.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    events = {
        "plain-1k": order(1024, HEADERS),
        "plain-64k": order(64 * 1024, HEADERS),
        "plain-6m": order(6_000_000, HEADERS),
        "http-1k": http(1800),
        "http-6m": http(6_000_000),
        "sqs-1": sqs(1),
        "sqs-1000": sqs(1000),
    }
    for name, event in events.items():
        (folder / f"{name}.json").write_text(text(event))
