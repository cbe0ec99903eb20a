"""A Lambda function in Python under Datadog's library: the invocation on stdin, its carrier on stdout.

The handler answers with what `get_dd_trace_context()` would put into its next message.
"""

import json
import sys
from types import SimpleNamespace

from datadog_lambda.tracing import get_dd_trace_context
from datadog_lambda.wrapper import datadog_lambda_wrapper
from ddtrace.trace import tracer


@datadog_lambda_wrapper
def handler(event, context):
    return get_dd_trace_context()


invocation = json.load(sys.stdin)
custom = invocation["client_context"]
context = SimpleNamespace(
    aws_request_id="9c2b3f0e-1111-2222-3333-444455556666",
    client_context=custom and SimpleNamespace(custom=custom, env={}, client=None),
    function_name="python",
    function_version="$LATEST",
    get_remaining_time_in_millis=lambda: 3000,
    identity=None,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:python",
    memory_limit_in_mb=128,
)
carrier = handler(invocation["event"], context)
tracer.flush()
print(json.dumps(carrier))  # the last line; the library logs before it
