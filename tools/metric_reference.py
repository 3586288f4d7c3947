"""Write `docs/reference/metrics.md` from the catalogue of metrics.

`python -m tools.metric_reference --write` writes the page; without it, says whether the page is current.
"""

import sys
from itertools import groupby
from pathlib import Path

from tradewright.metrics.catalog import CATALOG, Metric

PAGE = Path("docs/reference/metrics.md")
_INTRODUCTION = """\
# Metrics

Made from the source by `make docs`; not edited by hand. The rules they rest on are in
[What a backtest means here](../concepts/engine.md), chapter 7; the last column says which.

A fraction of 0.1 is 10 %. Drawdowns and losses are negative. What is undefined or not finite has no
value (`null` in JSON, `None` in Python). In the formulas:

- `r` are the returns of the periods, the first over `initial_cash`: one a trading date when bars are
  shorter than a day, else one a bar. A period that begins with nothing left returns 0.
- `ppy` is the number of periods a year: counted, or by calendar when the window is under one year.
- `rf` is the yearly risk-free return, per period: `(1 + rf) ^ (1 / ppy) - 1`.
- `years` runs from the first bar's open to the last bar's close, a year being 365.25 days.
"""


def page() -> str:
    """Return the reference page of the catalogue."""
    parts = [_INTRODUCTION]
    for group, metrics in groupby(CATALOG, key=lambda metric: metric.group):
        rows = "\n".join(_row(metric) for metric in metrics)
        parts.append(
            f"## {group.capitalize()}\n\n| id | name | unit | better | formula | rule |\n"
            f"|---|---|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def _row(metric: Metric) -> str:
    formula = metric.formula.replace("|", "\\|").replace("*", "\\*")
    better = "" if metric.better == "none" else metric.better
    cells = [f"`{metric.id}`", metric.title, metric.unit, better, formula, metric.rule]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the page, or return 1 when it is not current."""
    wanted = page()
    if "--write" in sys.argv[1:]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted
    print("metric reference: current" if current else f"{PAGE}: not current; run `make docs`")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
