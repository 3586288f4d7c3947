"""`docs/reference/metrics.md`, from the catalogue of metrics."""

from itertools import groupby
from pathlib import Path

from tools.references.markdown import MADE, cell, code, table
from tradewright.metrics.catalog import CATALOG, Metric

PAGE = Path("docs/reference/metrics.md")
_HEADER = ("id", "name", "unit", "better", "formula", "rule")
_INTRODUCTION = f"""\
{MADE}
# Metrics

The rules they rest on are in [What a backtest means here](../concepts/engine.md), chapter 7; the
last column says which.

A fraction of 0.1 is 10 %. Drawdowns and losses are negative. What is undefined or not finite has no
value (`null` in JSON, `None` in Python). In the formulas:

- `r` are the returns of the periods, the first over `initial_cash`: one a trading date when bars are
  shorter than a day, else one a bar. A period that begins with nothing left returns 0.
- `ppy` is the number of periods a year: counted, or by calendar when the window is under one year.
- `rf` is the yearly risk-free return, per period: `(1 + rf) ^ (1 / ppy) - 1`.
- `years` runs from the first bar's open to the last bar's close, a year being 365.25 days.
"""


def page(_root: Path) -> str:
    """Return the page."""
    groups = groupby(CATALOG, key=lambda metric: metric.group)
    parts = [f"## {group.capitalize()}\n\n{table(_HEADER, map(_row, metrics))}" for group, metrics in groups]
    return "\n".join([_INTRODUCTION, *parts])


def _row(metric: Metric) -> list[str]:
    better = "" if metric.better == "none" else metric.better
    return [code(metric.id), metric.title, metric.unit, better, cell(metric.formula), metric.rule]
