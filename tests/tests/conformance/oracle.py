"""What Datadog's library for Python answers to every case: JSON on stdout, case -> answer.

Calls `datadog_lambda.tracing.extract_dd_trace_context`, which is what its handler wrapper calls
before each invocation, with the propagator of `ddtrace`.
"""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ.update(
    AWS_LAMBDA_FUNCTION_NAME="conformance",  # without it the library takes X-Ray's header for absent
    DD_INSTRUMENTATION_TELEMETRY_ENABLED="false",
    DD_REMOTE_CONFIGURATION_ENABLED="false",
    DD_TRACE_ENABLED="true",
)

from datadog_lambda import tracing  # noqa: E402  (reads the environment)
from datadog_lambda.constants import TraceContextSource  # noqa: E402

XRAY = "_X_AMZN_TRACE_ID"
LOW = (1 << 64) - 1


def answer(case):
    """The context that becomes the parent of `aws.lambda`, as in its headers; None if there is none."""
    os.environ.pop(XRAY, None)
    if "xray" in case:
        os.environ[XRAY] = case["xray"]
    custom = case.get("client_context")
    client_context = custom and SimpleNamespace(custom=custom, env={}, client=None)
    try:
        event = json.loads(case["text"]) if "text" in case else case["event"]
        context, source, _ = tracing.extract_dd_trace_context(
            event, SimpleNamespace(client_context=client_context)
        )
    except Exception as error:  # the wrapper logs it and invokes the handler without a parent
        print(f"{case['name']}: {error!r}", file=sys.stderr)
        return None
    # An X-Ray context is no parent unless DD_MERGE_XRAY_TRACES is set.
    if context is None or source != TraceContextSource.EVENT:
        return None
    # The upper half is in the id, or, for Step Functions, in the tag alone.
    high = context.trace_id >> 64 or int(context._meta.get("_dd.p.tid", "0"), 16)
    ids = {"trace_id": str(context.trace_id & LOW), "parent_id": str(context.span_id)}
    if high:
        ids["tid"] = f"{high:016x}"
    return ids | {"priority": int(context.sampling_priority)}


def main():
    files = sorted((Path(__file__).parent / "cases").glob("*.json"))
    answers = {
        f"{file.stem}: {case['name']}": answer(case)
        for file in files
        for case in json.loads(file.read_text())
    }
    json.dump(answers, sys.stdout)


main()
