"""Runs the functions, in turn, and sums up the measurements."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
EVENTS = TARGET / "events"
# The first is what the others are compared with.
FUNCTIONS = ("bare", "traced", "limit")
# The kinds of events that `limit` knows.
LIMIT_KNOWS = ("plain", "http", "sqs")


class Failed(Exception):
    """A function did not answer every event."""


def has_limit(event):
    return event.split("-")[0] in LIMIT_KNOWS


def binary(name, profile="release"):
    return TARGET / profile / name


def run(function, event, *, invocations, warmup, runtime="current_thread", agent="answers",
        settle_ms=0, under=(), environment=(), dump=None):
    """The mock runtime's report on one process."""
    command = [
        binary("mock-runtime"),
        "--event", EVENTS / f"{event}.json",
        "--invocations", invocations,
        "--warmup", warmup,
        "--agent", agent,
        "--settle-ms", settle_ms,
        "--env", f"BENCH_EVENT={event.split('-')[0]}",
        "--env", f"BENCH_RUNTIME={runtime}",
        *(part for name, value in dict(environment).items() for part in ("--env", f"{name}={value}")),
        *(("--dump", dump) if dump else ()),
        "--", *under, function,
    ]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    report = json.loads(done.stdout) if done.stdout else {"finished": False}
    if not report["finished"]:
        raise Failed(f"{function} on {event}: {report.get('first_error')} {done.stderr}")
    return report


def paired(event, *, rounds, functions=None, suffix="", **options):
    """The functions in turn, round by round; returns a list of reports for each. Their binaries have the `suffix`.

    Each round another one goes first, so that a drift of the machine hits all of them.
    """
    functions = functions or (FUNCTIONS if has_limit(event) else FUNCTIONS[:2])
    reports = {function: [] for function in functions}
    for number in range(rounds):
        first = number % len(functions)
        for function in functions[first:] + functions[:first]:
            reports[function].append(run(binary(function + suffix), event, **options))
    return reports


class Comparison:
    """A quantity of every function, round by round; its differences and ratios are those within a round."""

    def __init__(self, values):
        self.values = values

    def __contains__(self, function):
        return function in self.values

    def median(self, function):
        return statistics.median(self.values[function])

    def differences(self, function):
        """Over `bare`: the median between the quartiles."""
        pairs = zip(self.values["bare"], self.values[function])
        differences = sorted(other - bare for bare, other in pairs)
        if len(differences) < 2:
            return differences * 3
        return statistics.quantiles(differences, n=4, method="inclusive")

    def ratio(self, function):
        pairs = zip(self.values["bare"], self.values[function])
        return statistics.median(other / bare for bare, other in pairs)


def compare(reports, quantity):
    """`quantity` maps a report to a number."""
    return Comparison({function: [quantity(report) for report in of_function]
                       for function, of_function in reports.items()})


def median(key):
    """The median of a list in a report, such as `response_us`."""
    return lambda report: statistics.median(report[key])


def instructions(function, event, few, many, environment=()):
    """User-space instructions an invocation: the difference of two lengths of run, so that the start
    doesn't count."""
    counts = [counted(function, event, invocations, environment) for invocations in (few, many)]
    return (counts[1] - counts[0]) / (many - few)


def counted(function, event, invocations, environment, attempts=3):
    """The instructions of a whole run. Very rarely callgrind is stopped before it has written them; then it runs again."""
    for _ in range(attempts):
        with tempfile.NamedTemporaryFile(prefix="callgrind.") as out:
            under = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out.name}"]
            run(binary(function), event, invocations=invocations, warmup=0, settle_ms=300,
                under=under, environment=environment)
            found = re.search(r"^(?:summary|totals): (\d+)", Path(out.name).read_text(), re.M)
        if found:
            return int(found.group(1))
    raise Failed(f"{function} on {event}: callgrind wrote no counts in {attempts} runs")


@contextmanager
def pinned(cores):
    """Everything that is started meanwhile runs on so many cores."""
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(all_cores)[:cores]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)


@contextmanager
def busy_cores():
    """One idle-priority spinner a core, so that no virtual core halts: waking one takes tens of
    microseconds, which would be most of what is measured. They give way to everything else."""
    spin = "import os; os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"
    spinners = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.terminate()
            spinner.wait()
