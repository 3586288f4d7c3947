"""Tables of combinations: what must be seen, then as many metrics as the terminal has room for."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tradewright.entrypoints.cli.metric_table import BLOCKS, shown
from tradewright.metrics.catalog import BY_ID

_LABELS = {name: label for block in BLOCKS.values() for name, label in block.items()}
# What has room before anything else.
_FIRST = ("total_return", "max_drawdown", "trades", "win_rate", "profit_factor")
_GAP = 2

Cells = list[Text]


def fitted_table(first: Mapping[str, Cells], scores: Mapping[str, Cells], width: int) -> Table:
    """Return a table of all columns of `first` by their titles, and of the `scores`, by metric, that fit."""
    columns = dict(first)
    room = width - sum(map(_width, columns, columns.values()))
    for name in sorted(scores, key=_rank):
        room -= _width(title_of(name), scores[name])
        if room >= 0:
            columns[title_of(name)] = scores[name]
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, _GAP, 0, 0))
    for name in columns:
        table.add_column(escape(name), justify="right", overflow="fold")
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def title_of(metric: str) -> str:
    """Return a metric's name with capitals, short where it has a short one."""
    return _LABELS.get(metric) or BY_ID[metric].title


def scores_of(rows: Sequence[Mapping[str, Any]], name: str) -> Cells:
    """Return a metric of all rows as people read it."""
    return [shown(BY_ID[name], row["metrics"][name]) for row in rows]


def value_text(value: Any) -> Text:
    """Return the value of a parameter or rule."""
    if value is None:
        return Text("none", style="dim")
    return Text(f"{value:.6g}" if isinstance(value, float) else str(value))


def _rank(metric: str) -> int:
    return _FIRST.index(metric) if metric in _FIRST else len(_FIRST)


def _width(title: str, cells: Cells) -> int:
    return max(len(title), *map(len, cells)) + _GAP
