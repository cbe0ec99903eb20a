"""The traces that Datadog's library for Python makes for every case: JSON on stdout, case -> traces.

Invokes a handler under `datadog_lambda_wrapper`, as a function does, and reads back what the tracer sent
to the APM test agent at `DD_TRACE_AGENT_URL`, which has to be there for this alone.
"""

import json
import os
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

# stdout is for the answer, but the library writes metrics to it.
ANSWER, sys.stdout = sys.stdout, sys.stderr
os.environ.update(
    DD_ENHANCED_METRICS="false",
    DD_INSTRUMENTATION_TELEMETRY_ENABLED="false",
    DD_REMOTE_CONFIGURATION_ENABLED="false",
    DD_TRACE_GIT_METADATA_ENABLED="false",
)

from datadog_lambda import cold_start, wrapper  # noqa: E402  (reads the environment)
from ddtrace.trace import tracer  # noqa: E402

AGENT = os.environ["DD_TRACE_AGENT_URL"]
WORK = float(os.environ["WORK_SECONDS"])


def agent(path):
    with urllib.request.urlopen(AGENT + path, timeout=20) as answer:
        return answer.read()


class CaseError(Exception):
    pass


def traces(case):
    """The traces of the first invocation of a process."""
    cold_start._lambda_container_initialized = False
    wrapper.init_timestamp_ns = time.time_ns()
    custom = case.get("client_context")
    context = SimpleNamespace(
        aws_request_id="5d3c9b1f-2a64-4e0f-9d4b-7c8e1f2a3b4c",
        client_context=custom and SimpleNamespace(custom=custom, env={}, client=None),
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        get_remaining_time_in_millis=lambda: 60_000,
        invoked_function_arn=os.environ["FUNCTION_ARN"],
    )

    def handler(event, context):
        time.sleep(WORK)
        if "throws" in case:
            raise CaseError(case["throws"])
        return case.get("response")

    agent("/test/session/clear")
    try:
        wrapper.datadog_lambda_wrapper(handler)(case["event"], context)
    except CaseError:
        pass
    tracer.flush()
    return json.loads(agent("/test/session/traces"))


def main():
    files = sorted((Path(__file__).parent / "cases").glob("*.json"))
    json.dump({file.stem: traces(json.loads(file.read_text())) for file in files}, ANSWER)


main()
