"""W6 to W9: sweeps, one line each, with a few combinations that show that the work is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.comparison import seconds
from bench.table import aligned

HEADS = ("", "time", "of", "combinations run", "ns/bar", "first run", "peak memory")


@dataclass(frozen=True)
class Line:
    """One measured sweep: the answer of a contestant, and how many bars it went over."""

    title: str
    bars: int
    answer: dict[str, Any]

    @property
    def measured(self) -> bool:
        """Whether there is something to show besides a reason."""
        return "reason" not in self.answer

    @property
    def left(self) -> float:
        """Time for the combinations that were not run, at the rate of those that were."""
        return self.answer["median_s"] * (self.answer["size"] / self.answer["done"] - 1)

    @property
    def time(self) -> float:
        """Seconds for all combinations."""
        return self.answer["median_s"] + self.left


def show(title: str, lines: Sequence[Line], shown: Sequence[Sequence[float]], against: str) -> None:
    """Print a table.

    Parameters
    ----------
    title
        Of the table.
    lines
        The first is what the others are held against.
    shown
        The combinations whose equity the answers have.
    against
        Heads the ratios: ``/ ours``.
    """
    print(f"\n{title}")
    for line in table(lines, shown, against):
        print(line)


def table(lines: Sequence[Line], shown: Sequence[Sequence[float]], against: str) -> list[str]:
    """Return the lines of a table: measurements aligned, then each that is none and its reason."""
    done = [line for line in lines if line.measured]
    base = lines[0].time if lines[0].measured else None
    equities = ["/".join(f"{value:g}" for value in values) for values in shown]
    rows = [_cells(line, base, len(shown)) for line in done]
    missing = [f"  {line.title}: {line.answer['reason']}" for line in lines if not line.measured]
    heads = [*HEADS[:2], against, *HEADS[2:], *equities]
    return [*(aligned([heads, *rows]) if rows else []), *missing]


def _cells(line: Line, base: float | None, shown: int) -> list[str]:
    answer = line.answer
    size, ran = answer["size"], answer["done"]
    return [
        line.title,
        duration(line.time),
        f"{line.time / base:,.1f}" if base else "-",
        str(answer["runs"]),
        f"{size:,}" if ran == size else f"{ran:,} of {size:,}",
        f"{line.time / (line.bars * size) * 1e9:,.3g}",
        duration(answer["first_s"] + line.left),
        f"{answer['peak_mb']:,.0f} MB",
        *(f"{equity:,.2f}" for equity in answer["equity"][:shown]),
    ]


def duration(value: float) -> str:
    """Return a duration; what takes hours is not said in seconds."""
    if value >= 2 * 3600:
        return f"{value / 3600:,.1f} h"
    return f"{value / 60:,.0f} min" if value >= 300 else seconds(value)
