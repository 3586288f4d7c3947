"""A table that reads well in a terminal and in a commit message."""

from dataclasses import dataclass

from bench.environments import BACKTESTING, OURS, VECTORBT
from bench.processes import CONTESTANTS


@dataclass(frozen=True)
class Row:
    """One measurement: a value by contestant, and what we promise for ours."""

    title: str
    values: dict[str, float]
    unit: str
    promise: float


def show(title: str, rows: list[Row]) -> None:
    """Print rows, with how many times the peers need of what we need."""
    print(f"\n{title}")
    heads = ["", "ours", "promise", *CONTESTANTS[1:], f"{VECTORBT} / ours", f"{BACKTESTING} / ours"]
    for line in aligned([heads, *(_cells(row) for row in rows)]):
        print(line)


def aligned(table: list[list[str]]) -> list[str]:
    """Return a line per row, indented: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    lines: list[str] = []
    for first, *others in table:
        cells = [first.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True))]
        lines.append("  " + "  ".join(cells))
    return lines


def _cells(row: Row) -> list[str]:
    ours = row.values[OURS]
    held = "" if ours <= row.promise else "  MISSED"
    peers = [row.values.get(name) for name in CONTESTANTS[1:]]
    return [
        row.title,
        _number(ours, row.unit),
        f"<= {_number(row.promise, row.unit)}{held}",
        *("-" if value is None else _number(value, row.unit) for value in peers),
        *("-" if value is None else f"{value / ours:,.1f}" for value in peers),
    ]


def _number(value: float, unit: str) -> str:
    return (
        f"{value:,.0f} {unit}"
        if value >= 100
        else f"{value:,.2f} {unit}"
        if value < 10
        else f"{value:,.1f} {unit}"
    )
