"""What a function sends, decoded, to compare the spans of two functions."""

import struct
import tempfile
from pathlib import Path

import sandbox

# What differs from run to run.
VARIES = ("trace_id", "span_id", "parent_id", "start", "duration", "runtime-id", "process_id")


def sent(function, event):
    """The spans of the second invocation, without what differs from run to run."""
    with tempfile.NamedTemporaryFile(prefix="traces.") as dump:
        sandbox.run(sandbox.binary(function), event, invocations=2, warmup=0, dump=dump.name)
        traces = decode(Path(dump.name).read_bytes())
    return [steady(span) for trace in traces for span in trace]


def differences(event, function="limit", model="traced"):
    """How the spans of `function` differ from those of `model`."""
    ours, theirs = sent(function, event), sent(model, event)
    if len(ours) != len(theirs):
        return [f"{function} sends {len(ours)} spans for {event}, {model} {len(theirs)}"]
    found = []
    for one, other in zip(ours, theirs):
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key):
                found.append(f"{event}, {other['name']}, {key}: {function} {one.get(key)!r}, {model} {other.get(key)!r}")
    return found


def steady(span):
    """The span as one map, with the names of its tags behind those of their maps."""
    flat = {}
    for key, value in span.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{tag}": text for tag, text in value.items() if tag not in VARIES}
        elif key not in VARIES:
            flat[key] = value
    return flat


def decode(data):
    """One value of MessagePack."""
    value, end = read(data, 0)
    assert end == len(data), f"{len(data) - end} bytes follow the value"
    return value


NUMBERS = {0xca: ">f", 0xcb: ">d", 0xcc: ">B", 0xcd: ">H", 0xce: ">I", 0xcf: ">Q",
           0xd0: ">b", 0xd1: ">h", 0xd2: ">i", 0xd3: ">q"}
LENGTHS = {0xd9: ("text", 1), 0xda: ("text", 2), 0xdb: ("text", 4), 0xdc: ("array", 2), 0xdd: ("array", 4),
           0xde: ("map", 2), 0xdf: ("map", 4)}


def read(data, at):
    """A value, and where the next one begins."""
    marker = data[at]
    at += 1
    if marker < 0x80 or marker >= 0xe0:
        return (marker if marker < 0x80 else marker - 0x100), at
    if marker < 0xc0:
        kind = "map" if marker < 0x90 else "array" if marker < 0xa0 else "text"
        return values(kind, marker & (0x1f if kind == "text" else 0xf), data, at)
    if marker in NUMBERS:
        number, = struct.unpack_from(NUMBERS[marker], data, at)
        return number, at + struct.calcsize(NUMBERS[marker])
    if marker in LENGTHS:
        kind, width = LENGTHS[marker]
        return values(kind, int.from_bytes(data[at:at + width]), data, at + width)
    return {0xc0: None, 0xc2: False, 0xc3: True}[marker], at


def values(kind, length, data, at):
    if kind == "text":
        return data[at:at + length].decode(), at + length
    found = []
    for _ in range(length if kind == "array" else 2 * length):
        value, at = read(data, at)
        found.append(value)
    return (found if kind == "array" else dict(zip(found[::2], found[1::2]))), at
