#!/usr/bin/env python3
"""Counts the instructions of updates on their fast path, in the disassembly of the shared library.

    instructions.py <libmetra.so>             one line for each function
    instructions.py --assert <libmetra.so>    fails if one of them breaks a promise below
    instructions.py --rows <libmetra.so>      rows for `run`

The fast path is the shortest way from the entry to a return on which the update is committed: through the whole of a
restartable sequence, as the library's own descriptors in `__rseq_cs` bound it for the kernel. Branches away from it are
taken to be rare; a way without a call is preferred to any with one, calls within the library are followed, and a way
out of the library is none. A library without sequences commits by a `lock` prefix.
"""

import argparse
import bisect
import heapq
import re
import struct
import subprocess
import sys
from typing import NamedTuple

# The most instructions up to and with the return that are promised, then without a call. None promises no number; a
# lock prefix and a system call are on no fast path.
PROMISED = {
    "metra_counter_inc": 20,
    "metra_monotonic_counter_inc": 20,
    "metra_meter_mark_event": 20,
    "metra_distribution_update": None,
    "metra_histogram_update": None,
}

# What a call costs in the search, more than any way round it, and how deep calls are followed.
CALL_COST = 1000
MOST_CALLS = 3


class Sequence(NamedTuple):
    """The addresses of a restartable sequence: the first, and the one after the store that commits."""

    start: int
    end: int


class FastPath(NamedTuple):
    """The instructions from the entry to the return."""

    texts: list

    def count(self, pattern):
        return sum(bool(re.match(pattern, text)) for text in self.texts)

    def figures(self):
        return {
            "instructions": len(self.texts),
            "lock prefixes": self.count(r"lock |xchg .*\("),
            "calls": self.count("call"),
            "system calls": self.count(r"syscall|sysenter|int "),
        }


class Library:
    """The code of a shared library, by address."""

    def __init__(self, path):
        self.texts, self.entries = disassembled(path)
        self.addresses = sorted(self.texts)
        self.sequences = sequences_of(path)

    def after(self, address):
        at = bisect.bisect_right(self.addresses, address)
        return self.addresses[at] if at < len(self.addresses) else None

    def next_of(self, address, callers):
        """Where the instruction there may go on, with the places that it returns to."""
        operation, _, operands = self.texts[address].partition(" ")
        after, target = self.after(address), re.match(r"([0-9a-f]+)\b", operands.strip())
        there = [(int(target[1], 16), callers)] if target else []
        if operation == "ret":
            return [(callers[0], callers[1:])] if callers else []
        if operation in ("ud2", "hlt"):
            return []
        if operation == "jmp":
            return there
        if operation == "call":
            return [(place, (after, *callers)) for place, _ in there if len(callers) < MOST_CALLS]
        return [(after, callers)] + (there if operation.startswith("j") else [])

    def commits(self, address, following):
        """Whether going on to `following` makes the update count."""
        if self.sequences:
            return any(start <= address < end == following for start, end in self.sequences)
        return self.texts[address].startswith("lock ")

    def fast_path(self, name):
        """The fast path of a function, or None if no way through it commits."""
        waiting = [(0, self.entries[name], (), False, ())]
        done = set()
        while waiting:
            cost, address, callers, committed, way = heapq.heappop(waiting)
            if (address, callers, committed) in done or address not in self.texts:
                continue
            done.add((address, callers, committed))
            text = self.texts[address]
            way = (text, way)
            if committed and text == "ret" and not callers:
                return FastPath(unrolled(way))
            cost += CALL_COST if text.startswith("call") else 1
            for following, returns in self.next_of(address, callers):
                commits = committed or self.commits(address, following)
                heapq.heappush(waiting, (cost, following, returns, commits, way))
        return None


def unrolled(way):
    texts = []
    while way:
        text, way = way
        texts.append(text)
    return texts[::-1]


def disassembled(path):
    """The instructions by address, and the addresses of functions by name."""
    command = ["objdump", "--disassemble", "--no-show-raw-insn", "--wide", path]
    texts, entries = {}, {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        if instruction := re.match(r"\s+([0-9a-f]+):\s+(.*)", line):
            # Prefixes without a meaning here.
            text = re.sub(r"^((repz|bnd|notrack|data16|cs) )+(?=ret|j|call|nop)", "", instruction[2])
            texts[int(instruction[1], 16)] = text.split("#")[0].strip()
        elif function := re.match(r"([0-9a-f]+) <(\w+)>:", line):
            entries[function[2]] = int(function[1], 16)
    return texts, entries


def sequences_of(path):
    """The restartable sequences that a 64-bit ELF file describes in `__rseq_cs`."""
    with open(path, "rb") as file:
        data = file.read()
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count, names_at = struct.unpack_from("<HHH", data, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, table + number * size) for number in range(count)]
    names = data[sections[names_at][4]:]
    pointers = {}
    found = []
    for name, kind, _, address, offset, length, *_ in sections:
        if kind == 4:  # SHT_RELA: addresses that the loader fills in
            for place, _, addend in struct.iter_unpack("<QQq", data[offset:offset + length]):
                pointers[place] = addend
        elif names[name:].startswith(b"__rseq_cs\0"):
            found = [(address + at, offset + at) for at in range(0, length, 32)]
    sequences = []
    for address, offset in found:
        _, _, start, length, _ = struct.unpack_from("<IIQQQ", data, offset)
        start = pointers.get(address + 8, start)
        sequences.append(Sequence(start, start + length))
    return sequences


def broken(name, figures):
    """The promises that a fast path breaks."""
    most = PROMISED[name]
    wrong = [what for what in ("lock prefixes", "system calls") if figures[what]]
    if most is not None and figures["calls"]:
        wrong.append("calls")
    if most is not None and figures["instructions"] > most:
        wrong.append(f"more than {most} instructions")
    return wrong


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--assert", dest="asserts", action="store_true", help="fail if a promise is broken")
    options.add_argument("--rows", action="store_true", help="print rows for `run`")
    options.add_argument("library")
    options = options.parse_args()
    library = Library(options.library)
    failed = options.asserts and not library.sequences
    if not options.rows:
        print("fast path by", "restartable sequence" if library.sequences else "lock prefix: there are no sequences")
    for name in PROMISED:
        path = library.fast_path(name)
        figures = path.figures() if path else {}
        if options.rows:
            for what, value in figures.items():
                print(f"{name},metra,,{what},{value}")
            continue
        complaints = broken(name, figures) if path else ["no way through it commits an update"]
        said = ", ".join(f"{value} {what}" for what, value in figures.items())
        print(f"{name:28} {said}" + (f"  [{'; '.join(complaints)}]" if complaints else ""))
        failed |= options.asserts and bool(complaints)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
