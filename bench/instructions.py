"""What tracing adds to an invocation in instructions, row by row, next to its goal and the recorded count."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import events
import sandbox
import sources
import spans
from sandbox import HERE

RECORDED = HERE / "instructions.json"
# How far a row may exceed its recorded count: a share of what tracing adds and, for small additions, a share of the
# whole count, because two runs differ by that much.
TOLERANCE = 0.05
NOISE = 0.005


@dataclass(frozen=True)
class Row:
    """The instructions of `traced` for an event, over those of `bare`."""

    title: str
    event: str
    # The most that may be added, in thousands; or the whole as a multiple of `bare`.
    adds: int | None = None
    times: float | None = None
    # The numbers of invocations in the two runs.
    runs: tuple[int, int] = (20, 120)

    def measure(self):
        functions = sandbox.FUNCTIONS if sandbox.has_limit(self.event) else ("bare", "traced")
        return {name: sandbox.instructions(name, self.event, *self.runs) for name in functions}


@dataclass(frozen=True)
class Call:
    """The instructions of a call in the handler, over those of the same handler with `without` in its place."""

    title: str
    extra: str
    without: str
    adds: int
    event: str = "plain-1k"
    function: str = "traced"
    # The kind of handler, if it isn't that of the event.
    handler: str = "plain"
    times = None
    calls = 50

    def measure(self):
        counts = {name: sandbox.instructions(self.function, self.event, 10, 30,
                                             {"BENCH_EVENT": self.handler, "BENCH_CALL": call,
                                              "BENCH_CALLS": self.calls})
                  for name, call in (("bare", self.without), ("traced", self.extra))}
        return {name: count / self.calls for name, count in counts.items()}


@dataclass(frozen=True)
class Feature:
    """The instructions of `features`, started with some variables, over those of `instead` without them."""

    title: str
    event: str
    adds: int
    variables: tuple[tuple[str, str], ...] = ()
    instead: str = "features"
    times = None
    runs = (20, 120)

    def measure(self):
        return {"bare": sandbox.instructions(self.instead, self.event, *self.runs),
                "traced": sandbox.instructions("features", self.event, *self.runs, self.variables)}


ROWS = (
    Row("plain", "plain-1k", adds=10),
    Row("API Gateway", "http-1k", adds=45),
    Row("SQS, one record", "sqs-1", adds=45),
    Row("SQS, ten records of ten producers", "sqs-10", adds=60),
    Row("SQS, 100 records", "sqs-100", times=1.10, runs=(5, 15)),
    Row("SQS, 1,000 records without a context", "sqs-1000-bare", times=1.02, runs=(5, 15)),
    Row("SNS", "sns-1k", adds=45),
    Row("SNS, 64 KB", "sns-64k", times=1.10, runs=(5, 15)),
    Row("Kinesis", "kinesis-1k", adds=45),
    Row("Kinesis, 100 records", "kinesis-100", times=1.15, runs=(5, 15)),
    Row("Kinesis, 1,000 records without a context", "kinesis-1000-bare", times=1.02, runs=(5, 15)),
    Row("DynamoDB, 100 records", "dynamodb-100", times=1.15, runs=(5, 15)),
    Row("EventBridge", "eventbridge-1k", adds=45),
    Row("Kafka", "kafka-1k", adds=50),
    Row("Step Functions", "sfn-1k", adds=30),
    Call("a span of the user's, three tags", "span", "nothing", adds=6),
    Call("`_datadog` added to a payload", "payload", "plain_payload", adds=6),
    Call("`trace_headers()`", "headers", "nothing", adds=4),
    # The first four: with the features `aws`, `dsm` and `tower` compiled in, over the same function without features. An
    # instruction fewer or more there is the compiler's, which inlines other functions.
    Feature("unused features, plain", "plain-1k", instead="traced", adds=1),
    Feature("unused features, API Gateway", "http-1k", instead="traced", adds=1),
    Feature("unused features, SQS, one record", "sqs-1", instead="traced", adds=1),
    Feature("unused features, SQS, ten records", "sqs-10", instead="traced", adds=1),
    Feature("`dsm`, SQS, one record", "sqs-1", adds=10, variables=(("DD_DATA_STREAMS_ENABLED", "true"),)),
    Feature("`dsm`, SQS, ten records", "sqs-10", adds=60, variables=(("DD_DATA_STREAMS_ENABLED", "true"),)),
    Feature("`batch::Records`, ten spans", "sqs-10", adds=80, variables=(("BENCH_EVENT", "records"),)),
    Call("`tower`, a request", "http", "plain_http", adds=15, function="features", handler="requests"),
    Call("`aws`, a call", "aws", "plain_aws", adds=15, function="features", handler="requests"),
)


def write_events(folder):
    """The events of the rows that the other tables don't have."""
    events.write(folder)
    wanted = {
        "sqs-10": events.sqs(10, producers=10),
        "sqs-100": events.sqs(100, producers=100),
        "sqs-1000-bare": events.sqs(1000, producers=0),
        "sns-1k": sources.notification(1024),
        "sns-64k": sources.notification(64 * 1024),
        "kinesis-1k": sources.kinesis([events.HEADERS]),
        "kinesis-100": sources.kinesis([events.headers(number) for number in range(100)]),
        "kinesis-1000-bare": sources.kinesis([None] * 1000),
        "dynamodb-100": sources.dynamodb(100),
        "eventbridge-1k": sources.eventbridge(1024),
        "kafka-1k": sources.kafka(1024),
        "sfn-1k": sources.step_functions(1024),
    }
    for name, event in wanted.items():
        (folder / f"{name}.json").write_text(events.text(event))


def measure():
    """The counts of every row by title, measured on all cores at a time."""
    write_events(sandbox.EVENTS)
    cores = iter(sorted(os.sched_getaffinity(0)) * 2)
    # On one core a process and its peers take turns. On several, it varies how often a process finds an answer ready.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)),
                            initializer=lambda: os.sched_setaffinity(0, {next(cores)})) as pool:
        counts = pool.map(lambda row: row.measure(), ROWS)
        return {row.title: {name: round(count) for name, count in measured.items()}
                for row, measured in zip(ROWS, counts)}


def spans_of_limit():
    """How the spans of the limit differ from ours. It can be held against ours as long as they don't."""
    known = [row.event for row in ROWS if isinstance(row, Row) and sandbox.has_limit(row.event)]
    return [difference for event in known for difference in spans.differences(event)]


def recorded():
    return json.loads(RECORDED.read_text()) if RECORDED.exists() else {}


def record(counts):
    RECORDED.write_text(json.dumps(counts, indent=2) + "\n")


def added(count, function="traced"):
    return count[function] - count["bare"]


def is_over(count, before):
    """Whether tracing adds more than was recorded, beyond the tolerance. Both counts vary from run to run."""
    noise = NOISE * (count["bare"] + count["traced"])
    tolerated = max(TOLERANCE * abs(added(before)), noise)
    return added(count) > added(before) + tolerated


def table(counts):
    """The rows as text, after the head."""
    known = recorded()
    yield "instructions, thousands", "bare", "ours adds", "limit adds", "ratio", "goal", "", "recorded", ""
    for row in ROWS:
        count = counts[row.title]
        before = known.get(row.title)
        yield (row.title, *cells(row, count),
               f"{added(before) / 1e3:+.1f}" if before else "",
               "TOO HIGH" if before and is_over(count, before) else "")


def cells(row, count):
    ratio = count["traced"] / max(1, count["bare"])
    if row.times is None:
        goal, met = f"<= +{row.adds}", added(count) <= row.adds * 1000
    else:
        goal, met = f"<= {row.times:.2f} x", ratio <= row.times
    limit = f"{added(count, 'limit') / 1e3:+.1f}" if "limit" in count else ""
    return (f"{count['bare'] / 1e3:.1f}", f"{added(count) / 1e3:+.1f}", limit, f"{ratio:.2f} x", goal,
            "met" if met else "MISSED")


def too_high(counts):
    """The rows that fail."""
    known = recorded()
    return [title for title, count in counts.items()
            if title not in known or is_over(count, known[title])]
