"""The budgets of the design, row by row: how each is measured, and whether it is met."""

import os
import resource
import subprocess
import tempfile
from pathlib import Path

import instructions
import sandbox
import sources
from sandbox import EVENTS, HERE, binary, compare, median, paired

SMALL = {"plain-1k": "plain 1 KB", "http-1k": "API Gateway 1 KB", "sqs-1": "SQS x1"}
BIG = {
    "plain-64k": ("whole invocation, plain 64 KB", 1.0),
    "plain-6m": ("whole invocation, plain 6 MB", 0.75),
    "sqs-1000": ("whole invocation, SQS x1000", 1.01),
    "http-6m": ("whole invocation, API Gateway 6 MB", 1.01),
}
MIB = 1 << 20
# The functions with a handler for each kind of event, which costs some of the size, and those with one.
BUILDS = {"nine handlers": {"functions": sandbox.FUNCTIONS, "suffix": ""},
          "one handler": {"functions": ("bare", "traced"), "suffix": "-one"}}


class Table:
    def __init__(self, arguments):
        self.rounds = arguments.rounds
        self.invocations = arguments.invocations
        self.rows = []
        self.extraction = []
        self.counts = []
        self.injected = ""

    def difference(self, name, compared, unit, budget=None, digits=1):
        """A row whose budget bounds the cost that tracing adds."""
        added = {function: compared.differences(function)
                 for function in ("traced", "limit") if function in compared}
        cells = {function: f"{middle:+.{digits}f} {unit} ({low:+.{digits}f} to {high:+.{digits}f})"
                 for function, (low, middle, high) in added.items()}
        self.row(name, f"{compared.median('bare'):.{digits}f} {unit}", cells["traced"], cells.get("limit", ""),
                 None if budget is None else f"<= +{budget:g} {unit}",
                 None if budget is None else added["traced"][1] <= budget)

    def ratio(self, name, compared, unit, budget=None, digits=0):
        """A row whose budget bounds the quotient."""
        ratio = {function: compared.ratio(function) for function in ("traced", "limit") if function in compared}
        cells = {function: f"{ratio:.3f} x" for function, ratio in ratio.items()}
        self.row(name, f"{compared.median('bare'):.{digits}f} {unit}", cells["traced"], cells.get("limit", ""),
                 None if budget is None else f"<= {budget:g} x",
                 None if budget is None else ratio["traced"] <= budget)

    def row(self, name, bare, ours, limit="", budget=None, met=None):
        verdict = {None: "", True: "met", False: "MISSED"}[met]
        self.rows.append((name, bare, ours, limit, budget or "", verdict))

    def skip(self, name, why):
        self.row(name, "", f"not measured: {why}")

    def latency(self):
        """On one core a process and its peers take turns; on two, as on Lambda, the peers have the other one."""
        for cores in range(1, min(2, len(os.sched_getaffinity(0))) + 1):
            with sandbox.pinned(cores):
                self.latency_on(f"{cores} core{'s' * (cores > 1)}", "current_thread")
        self.latency_on("multi_thread", "multi_thread")

    def latency_on(self, where, runtime):
        budgeted = runtime == "current_thread"
        for event, title in SMALL.items():
            reports = paired(event, rounds=self.rounds, invocations=self.invocations, warmup=100, runtime=runtime)
            self.difference(f"response p50, {title}, {where}", compare(reports, median("response_us")), "us",
                            6 if budgeted else None)
            self.difference(f"cycle to the next poll p50, {title}, {where}", compare(reports, median("cycle_us")),
                            "us", 35 if budgeted else None)
            if event == "plain-1k":
                self.spans_arrived(reports, where)

    def spans_arrived(self, reports, where):
        """Checks for one span an invocation and one for each process's start, which the limit hasn't: else the
        comparison means nothing."""
        sent = {function: sum(report["spans"] for report in of_function)
                for function, of_function in reports.items()}
        invocations = self.rounds * (self.invocations + 100)
        expected = {"bare": 0, "traced": invocations + self.rounds, "limit": invocations}
        self.row(f"spans at the agent, {where}", *(f"{sent[function]}" for function in sandbox.FUNCTIONS),
                 "all", sent == expected)

    def start(self):
        reports = paired("plain-1k", rounds=4 * self.rounds, invocations=1, warmup=0)
        start = compare(reports, lambda report: report["start_us"] / 1000)
        self.difference("process start to first poll", start, "ms", 0.2, digits=2)
        first = compare(reports, lambda report: report["response_us"][0])
        self.difference("first invocation, response", first, "us", 40)

    def memory(self):
        for title, build in BUILDS.items():
            reports = paired("plain-1k", rounds=3, invocations=10 * self.invocations, warmup=0, **build)
            peak = compare(reports, lambda report: report["peak_kib"] / 1024)
            self.difference(f"peak memory, {title}", peak, "MB", 0.7, digits=2)
            written = compare(reports, lambda report: report["written_kib"] / 1024)
            self.difference(f"memory written to, {title}", written, "MB", digits=2)
        for runtime in ("current_thread", "multi_thread"):
            reports = paired("plain-1k", rounds=1, invocations=10, warmup=0, runtime=runtime)
            threads = compare(reports, lambda report: report["threads"])
            self.difference(f"threads, {runtime}", threads, "", 0, digits=0)

    def big_events(self):
        for event, (title, budget) in BIG.items():
            invocations = 100 if event == "plain-64k" else 10
            reports = paired(event, rounds=self.rounds, invocations=invocations, warmup=3)
            self.ratio(f"{title}, response p50", compare(reports, median("response_us")), "us",
                       budget)

    def agents(self):
        """The first invocation with an agent that is missing, hangs or is slow, and those after it. The limit takes
        no care of such agents."""
        for agent, title, budget in (("absent", "no agent", 0.3), ("hangs", "hung agent", 100),
                                     ("slow", "agent that takes 5 ms", None)):
            reports = paired("plain-1k", rounds=self.rounds, invocations=50, warmup=0, agent=agent,
                             functions=("bare", "traced"))
            first = compare(reports, lambda report: report["cycle_us"][0] / 1000)
            self.difference(f"{title}: first invocation, cycle", first, "ms", budget, digits=2)
            self.difference(f"{title}: invocations after it, cycle p50",
                            compare(reports, median("cycle_us")), "us", None if agent == "slow" else 35)
            # While a slow agent answers, the cores halt and their caches grow cold: the response pays for that.
            self.difference(f"{title}: response p50", compare(reports, median("response_us")), "us",
                            None if agent == "slow" else 6)

    def calls(self):
        """The time of one call, measured by the program `micro`."""
        files = [EVENTS / f"{event}.json" for event in ("sqs-1", "sqs-1000")]
        done = subprocess.run([binary("micro"), *files], capture_output=True, text=True, check=True)
        lines = [line.split() for line in done.stdout.splitlines()]
        one, thousand = (float(line[2]) for line in lines if line[0] == "extract")
        plain, traced = (float(line[1]) for line in lines if line[0] != "extract")
        for title, time in (("x1", one), ("x1000", thousand)):
            self.row(f"context extraction, 1 KB SQS record, {title}", "", f"{time / 1000:.2f} us", "", "<= 2.5 us",
                     time <= 2500)
        added = traced - plain
        self.row("`_datadog` added to a payload", f"{plain / 1000:.2f} us", f"{added / 1000:+.2f} us", "", "<= +1 us",
                 added <= 1000)

    def sources(self):
        """Extraction from each source, compared with two parses of the same event."""
        files = sources.write(EVENTS)
        done = subprocess.run([binary("micro"), *files], capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            kind, file, *times = line.split()
            if kind == "extract":
                self.source(Path(file), *(float(time) / 1000 for time in times))

    def source(self, file, ours, typed, value):
        source, size = file.stem.split("-")[1:]
        length = file.stat().st_size
        self.extraction.append((source, size, f"{length}", f"{ours:.2f}", f"{typed:.2f}",
                                f"{value:.2f}", f"{ours / typed:.4f} x", f"{ours / value:.4f} x"))

    def size(self):
        for title, build in BUILDS.items():
            bare, *sizes = (os.stat(binary(function + build["suffix"])).st_size / MIB
                            for function in build["functions"])
            added = [f"{size - bare:+.2f} MB" for size in sizes]
            self.row(f"stripped binary, {title}", f"{bare:.2f} MB", added[0], "".join(added[1:]), "<= +0.7 MB",
                     sizes[0] - bare <= 0.7)
        bare, *others = (crates(function) for function in sandbox.FUNCTIONS)
        self.row("crates in `cargo tree`", f"{bare}", *(f"{crates}" for crates in others), "<= 100",
                 others[0] <= 100)

    def instructions(self):
        self.counts = list(instructions.table(instructions.measure()))
        for event, (title, _) in BIG.items():
            runs = (10, 30) if event == "plain-64k" else (1, 3)
            bare, *others = (sandbox.instructions(function, event, *runs) for function in sandbox.FUNCTIONS)
            self.row(f"{title}, instructions", f"{bare / 1e6:.2f} M", *(f"{count / bare:.3f} x" for count in others))

    def build(self):
        bare, traced = clean_build("bare"), clean_build("traced")
        self.row("build CPU, clean release build", f"{bare:.0f} s", f"{traced:.0f} s", "", "<= 95 s", traced <= 95)

    def injections(self):
        """The output of the crate's benchmark, which is built there: with the SDK's features the functions of this
        folder would differ."""
        bench = ["cargo", "bench", "--locked", "-p", "dd-trace-runtime", "--all-features",
                 "--bench", "aws_injection"]
        done = subprocess.run(bench, cwd=HERE.parent, capture_output=True, text=True, check=True)
        self.injected = done.stdout

    def print(self):
        columns(("what", "bare", "ours", "limit", "budget", ""), self.rows)
        if self.extraction:
            print()
            columns(("extraction from", "size", "bytes", "us", "typed us", "Value us", "of typed",
                     "of Value"), self.extraction)
        if self.counts:
            print()
            columns(self.counts[0], self.counts[1:])
        print(f"\n{self.injected}", end="")


def columns(head, rows):
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def crates(package):
    """As a user counts them: of this folder's packages only the function itself."""
    tree = ["cargo", "tree", "--locked", "-e", "normal", "--prefix", "none", "-f", "{p}", "-p", package]
    listed = subprocess.run(tree, cwd=HERE, capture_output=True, text=True, check=True).stdout
    names = {line.removesuffix(" (*)") for line in listed.splitlines() if line}
    return sum(not name.startswith("workload ") for name in names)


def clean_build(package):
    """The CPU seconds of a release build from nothing."""
    with tempfile.TemporaryDirectory(dir=EVENTS) as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        build = ["cargo", "build", "--release", "--locked", "-p", package, "--target-dir", folder]
        subprocess.run(build, cwd=HERE, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
