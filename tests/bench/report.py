#!/usr/bin/env python3
"""Turns the rows of all programs into tables, a CSV, and a verdict for each goal.

    report.py <rows> <csv> <goals>...

The rows are `run`'s, each with the program before it; the goals are explained in the file `goals`. Ratios are made
within one program on one path: to its own baseline (`lock xadd` on as many threads) and to metra's row of the same
operation.
"""

import csv
import sys
from typing import NamedTuple, Optional

UPDATE_MEASURES = ("1 thread min", "1 thread median", "2 threads median")
INSTRUCTION_MEASURES = ("instructions", "lock prefixes", "calls", "system calls", "steps")
# What is no time, and its unit.
AMOUNTS = {"bytes": "B", "allocations": "allocations"}


class Row(NamedTuple):
    """One measured number. The path is the one that updates took in the process, where that matters."""

    program: str
    path: str
    operation: str
    subject: str
    series: str
    measure: str
    value: float

    def place(self):
        return f"{self.program}, {self.path}" if self.path else self.program

    def unit(self):
        if self.measure in INSTRUCTION_MEASURES:
            return ""
        unit = AMOUNTS.get(self.measure, "ns")
        return f"{unit}/series" if self.series else unit


class Results:
    """All rows; of two that say the same, the later one."""

    def __init__(self, rows):
        self.by_key = {row[:6]: row for row in rows}

    def rows(self):
        return self.by_key.values()

    def sibling(self, row: Row, **others) -> Optional[Row]:
        """The row that differs from this one in these fields."""
        return self.by_key.get(row._replace(**others)[:6])

    def to_baseline(self, row):
        if row.measure in AMOUNTS:
            return ""
        return ratio(row, self.sibling(row, operation="baseline", subject="lock xadd"))

    def to_metra(self, row):
        return ratio(row, self.sibling(row, subject="metra"))


class Goal(NamedTuple):
    """What metra is to reach: a bound of one row, or of its ratio to another."""

    program: str
    path: str
    measured: Row
    against: Optional[Row]
    relation: str
    limit: float

    def ratio(self, measured, against):
        """The number that is bounded, as it is printed: how many times more, or how many times less."""
        if against is None:
            return measured.value
        above, below = (measured, against) if self.relation == "<=" else (against, measured)
        return round(above.value / below.value, 2) if below.value > 0 else float("inf")

    def holds(self, number):
        return {"<=": number <= self.limit, ">=": number >= self.limit, ">": number > self.limit}[self.relation]


def ratio(row, to):
    return f"{row.value / to.value:.2f}" if row and to and to.value > 0 else ""


def number(row):
    if row.measure in INSTRUCTION_MEASURES or abs(row.value) >= 1000:
        return f"{row.value:,.0f}"
    if row.measure == "allocations":
        return f"{row.value:.4f}"
    return f"{row.value:.2f}" if abs(row.value) < 100 else f"{row.value:.1f}"


def read_rows(path):
    rows, hot_path = [], ("", "")
    with open(path, newline="", encoding="utf-8") as file:
        for program, operation, subject, series, measure, value in csv.reader(file):
            if operation == "path":
                hot_path = (program, subject)
                continue
            on_path = hot_path[1] if hot_path[0] == program else ""
            rows.append(Row(program, on_path, operation, subject, series, measure, float(value)))
    return rows


def read_goals(path):
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    for line in lines:
        program, hot_path, measured, against, bound = (field.strip() for field in line.split("|"))
        row = Row(program, hot_path, *(field.strip() for field in measured.split(",")), 0.0)
        others = [field.strip() for field in against.split(",")] if against else []
        fields = dict(zip(("operation", "subject", "series", "measure"), others))
        relation, limit = bound.split()
        yield Goal(program, hot_path, row, row._replace(**fields) if others else None, relation, float(limit))


def print_table(title, heading, lines, words=(0, 1)):
    """Prints lines of text in columns, those that say something; some of them are words, the others numbers."""
    columns = [at for at in range(len(heading)) if any(line[at] for line in lines)]
    widths = {at: max(len(line[at]) for line in [heading, *lines]) for at in columns}
    print(f"\n{title}")
    for line in [heading, *lines]:
        texts = (line[at].ljust(widths[at]) if at in words else line[at].rjust(widths[at]) for at in columns)
        print("  " + "  ".join(texts).rstrip())


def once(lines):
    """The lines with their first word only where it is another than in the line before."""
    before = None
    for first, *others in lines:
        yield ["" if first == before else first, *others]
        before = first


def grouped(rows):
    """The rows of each place and unit, those of an operation together, all in the order in which they came first."""
    tables = {}
    for row in rows:
        tables.setdefault((row.place(), row.unit()), {}).setdefault(row.operation, []).append(row)
    return [(*key, [row for rows in operations.values() for row in rows]) for key, operations in tables.items()]


def print_updates(results):
    heading = ["", "", "1 thread", "/X", "/metra", "median", "2 threads", "/X2", "/metra"]
    rows = [row for row in results.rows() if row.measure == UPDATE_MEASURES[0]]
    for place, unit, at_place in grouped(rows):
        lines = []
        for row in at_place:
            median, two = (results.sibling(row, measure=measure) for measure in UPDATE_MEASURES[1:])
            texts = [row.operation, row.subject]
            texts += [number(row), results.to_baseline(row), results.to_metra(row)]
            texts += [number(median) if median else ""]
            texts += [number(two), results.to_baseline(two), results.to_metra(two)] if two else [""] * 3
            lines.append(texts)
        title = f"UPDATES {place}, in {unit}; X is lock xadd, X2 the same by two threads"
        print_table(title, heading, list(once(lines)))


def print_series(results):
    rows = [row for row in results.rows() if row.series and row.measure in ("min", *AMOUNTS)]
    sizes = sorted({row.series for row in rows}, key=int)
    for place, unit, at_place in grouped(rows):
        lines = {}
        for row in at_place:
            line = lines.setdefault((row.operation, row.subject), [row.operation, row.subject] + [""] * 2 * len(sizes))
            at = 2 + 2 * sizes.index(row.series)
            line[at:at + 2] = [number(row), results.to_metra(row)]
        heading = ["", ""] + [text for size in sizes for text in (f"{int(size):,}", "/metra")]
        print_table(f"REGISTRIES {place}, in {unit}, by number of series", heading, list(once(lines.values())))


def print_instructions(results):
    rows = [row for row in results.rows() if row.measure in INSTRUCTION_MEASURES]
    for place, _, at_place in grouped(rows):
        measures = list(dict.fromkeys(row.measure for row in at_place))
        lines = {}
        for row in at_place:
            line = lines.setdefault(row.operation, [row.operation, ""] + [""] * len(measures))
            line[2 + measures.index(row.measure)] = number(row)
        print_table(f"INSTRUCTIONS {place}, from the entry to the return", ["", ""] + measures, list(lines.values()))


def print_bytes(results):
    rows = [row for row in results.rows() if row.measure == "bytes" and not row.series]
    for place, unit, at_place in grouped(rows):
        lines = [[row.operation, row.subject, number(row), results.to_metra(row)] for row in at_place]
        print_table(f"MEMORY {place}", ["", "", unit, "/metra"], list(once(lines)))


def on_path(goal, results):
    """The place of the goal for each path that was measured of those it is for."""
    paths = {row.path for row in results.rows() if row.program == goal.program}
    return sorted(path for path in paths if goal.path == "*" or path.split(" ")[0] == goal.path)


def name_of(row):
    series = f", {int(row.series):,}" if row.series else ""
    return row.operation + series


def words_of(goal):
    """What is bounded, and beside what."""
    measured, against = goal.measured, goal.against
    subject = "" if measured.subject == "metra" else f", {measured.subject}"
    what = f"{name_of(measured)}{subject}, {measured.measure}"
    if against is None:
        return what, ""
    return what, name_of(against) if against.subject == measured.subject else against.subject


def judged(goal, path, results):
    """The line of one goal; its verdict comes last."""
    measured = results.sibling(goal.measured, path=path)
    against = goal.against and results.sibling(goal.against, path=path)
    what, beside = words_of(goal)
    line = [goal.measured._replace(path=path).place(), what, "", "", beside, "", "", f"{goal.relation} {goal.limit:g}"]
    if measured is None or (goal.against and against is None):
        return [*line, "not measured"]
    figure = goal.ratio(measured, against)
    line[2:4] = number(measured), measured.unit()
    if against:
        line[5:7] = number(against), f"{figure:.2f}"
    return [*line, "met" if goal.holds(figure) else "missed"]


def print_goals(goals, results):
    lines, absent = {}, {}
    for goal in goals:
        paths = on_path(goal, results)
        for path in paths:
            line = judged(goal, path, results)
            lines.setdefault(line[0], []).append(line)
        if not paths:
            place = goal.measured.place()
            absent[place] = absent.get(place, 0) + 1
    lines = [line for place in lines.values() for line in place]
    heading = ["", "", "metra", "", "beside", "", "ratio", "goal", "verdict"]
    title = "GOALS: <= bounds metra's figure or its ratio to the one beside it, >= how many times less metra takes"
    print_table(title, heading, list(once(lines)), words=(0, 1, 3, 4, 8))
    for place, number_of_goals in absent.items():
        print(f"  {place}: nothing ran there, goals not measured: {number_of_goals}")
    verdicts = [line[-1] for line in lines] + ["not measured"] * sum(absent.values())
    print("\n" + ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts)))


def write_csv(results, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Row._fields[:6], "unit", "value", "to_baseline", "to_metra"])
        for row in results.rows():
            writer.writerow([*row[:6], row.unit(), row.value, results.to_baseline(row), results.to_metra(row)])


def main(rows, csv_path, *goal_paths):
    results = Results(read_rows(rows))
    write_csv(results, csv_path)
    print_updates(results)
    print_instructions(results)
    print_bytes(results)
    print_series(results)
    print_goals([goal for path in goal_paths for goal in read_goals(path)], results)


if __name__ == "__main__":
    main(*sys.argv[1:])
