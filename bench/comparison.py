"""W3 to W5: everyone on the same prices, one line each, with what shows that the work is the same."""

from typing import Any

from bench.environments import OURS
from bench.processes import EVERYONE, measured_or_why_not
from bench.table import aligned

HEADS = (
    "",
    "median run",
    "of",
    "/ ours",
    "first run",
    "bars/s",
    "peak memory",
    "final equity",
)


def compare(
    title: str, task: str, size: str, bars: int, counted: str, also: dict[str, str] | None = None
) -> None:
    """Measure everyone and print.

    Parameters
    ----------
    title
        Of the table.
    task, size
        What the contestants are asked, see contestants/protocol.py.
    bars
        Bars that a run looks at, of all symbols.
    counted
        What the last column counts: ``trades``, ``orders``.
    also
        Other tasks for us alone, by the name of their row.
    """
    answers = {name: measured_or_why_not(name, task, size) for name in EVERYONE}
    answers |= {name: measured_or_why_not(OURS, other, size) for name, other in (also or {}).items()}
    print(f"\n{title}")
    for line in lines(answers, bars, counted):
        print(line)


def lines(answers: dict[str, dict[str, Any]], bars: int, counted: str) -> list[str]:
    """Return the lines of a table: measurements aligned, then each contestant without one and the reason."""
    done = {name: answer for name, answer in answers.items() if "reason" not in answer}
    ours = done.get(OURS)
    rows = [_cells(name, answer, ours, bars) for name, answer in done.items()]
    table = aligned([[*HEADS, counted], *rows]) if rows else []
    missing = [f"  {name}: {answer['reason']}" for name, answer in answers.items() if name not in done]
    return [*table, *missing]


def _cells(name: str, answer: dict[str, Any], ours: dict[str, Any] | None, bars: int) -> list[str]:
    median = answer["median_s"]
    return [
        name,
        seconds(median),
        str(answer["runs"]),
        f"{median / ours['median_s']:,.1f}" if ours else "-",
        seconds(answer["first_s"]),
        f"{bars / median:,.0f}",
        f"{answer['peak_mb']:,.0f} MB",
        f"{answer['equity']:,.2f}",
        f"{answer['trades']:,}",
    ]


def seconds(value: float) -> str:
    """Return a duration with three digits that say something."""
    return f"{value * 1e3:,.3g} ms" if value < 0.9995 else f"{value:,.2f} s"
