"""The sample extractor of Datadog's page on serverless trace propagation.

The page's takes the event alone; the library hands it the Lambda context, too, so that it needs `shim`.
"""

import json


def extractor(payload):
    trace_headers = json.loads(payload["_datadog"])
    trace_id = trace_headers["x-datadog-trace-id"]
    parent_id = trace_headers["x-datadog-parent-id"]
    sampling_priority = trace_headers["x-datadog-sampling-priority"]
    return trace_id, parent_id, sampling_priority


def shim(payload, _context):
    return extractor(payload)
