"""Runs the two functions, alternately, and sums up the measurements."""

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
FUNCTIONS = ("bare", "traced")


class Failed(Exception):
    """A function did not answer every event."""


def binary(name, profile="release"):
    return TARGET / profile / name


def run(function, event, *, invocations, warmup, runtime="current_thread", agent="answers",
        settle_ms=0, under=(), environment=()):
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
        "--", *under, function,
    ]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    report = json.loads(done.stdout) if done.stdout else {"finished": False}
    if not report["finished"]:
        raise Failed(f"{function} on {event}: {report.get('first_error')} {done.stderr}")
    return report


def paired(event, *, rounds, **options):
    """Both functions in turn, round by round; returns two lists of reports.

    Every other round the traced one goes first, so that a drift of the machine hits both.
    """
    reports = {function: [] for function in FUNCTIONS}
    for number in range(rounds):
        order = FUNCTIONS if number % 2 == 0 else FUNCTIONS[::-1]
        for function in order:
            reports[function].append(run(binary(function), event, **options))
    return reports["bare"], reports["traced"]


class Comparison:
    """A quantity of both functions: medians over the rounds, also of the differences between pairs."""

    def __init__(self, bare, traced):
        pairs = list(zip(bare, traced))
        self.bare = statistics.median(bare)
        self.traced = statistics.median(traced)
        self.difference = statistics.median(t - b for b, t in pairs)
        self.ratio = statistics.median(t / b for b, t in pairs) if min(bare) > 0 else None


def compare(reports, quantity):
    """`quantity` maps a report to a number."""
    bare, traced = reports
    return Comparison([quantity(r) for r in bare], [quantity(r) for r in traced])


def median(key):
    """The median of a list in a report, such as `response_us`."""
    return lambda report: statistics.median(report[key])


def instructions(function, event, few, many, environment=()):
    """User-space instructions an invocation: the difference of two lengths of run, so that the start
    doesn't count."""
    counts = []
    for invocations in (few, many):
        with tempfile.NamedTemporaryFile(prefix="callgrind.") as out:
            under = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out.name}"]
            run(binary(function), event, invocations=invocations, warmup=0, settle_ms=300,
                under=under, environment=environment)
            found = re.search(r"^(?:summary|totals): (\d+)", Path(out.name).read_text(), re.M)
            counts.append(int(found.group(1)))
    return (counts[1] - counts[0]) / (many - few)


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
