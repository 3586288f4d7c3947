"""The best combinations of a sweep as rows of plain data, each with the plateau that it stands on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewright.entrypoints.cli.sweeping.sweep_options import sorted_by
from tradewright.metrics.catalog import BY_ID

if TYPE_CHECKING:
    from tradewright.library.sweeping.result import SweepResult

SHOWN = 20
# Of more combinations, or more axes, the neighbourhoods take longer than is worth it for a few rows.
_MOST_ROWS, _MOST_AXES = 1_000_000, 8

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Best:
    """The best combinations.

    Attributes
    ----------
    metric
        By which.
    min_trades
        The least number of trades of those that count.
    rows
        The best first: ``combination`` (its number), ``values`` (by axis), ``metrics`` (by id, None where
        undefined), and in a grid ``plateau`` (median of the metric over the neighbourhood) and
        ``neighbours`` (of how many values).
    """

    metric: str
    min_trades: int
    rows: list[Row]


def best_of(result: "SweepResult", further: Mapping[str, Any]) -> Best:
    """Return the best combinations that the options of the command ask for."""
    metric, least = sorted_by(further), further["min_trades"] or 0
    frame: Any = result.best(metric, further["top"] or SHOWN, where=f"trades >= {least}" if least else None)
    cells = zip(frame.index, _records(frame), strict=True)
    rows = [_row(result, int(number), row) for number, row in cells]
    if rows and further["samples"] is None and _has_neighbours(result):
        table: Any = result.plateau(metric)
        near_rows = _records(table.loc[list(frame.index), ["plateau", "neighbours"]])
        for row, near in zip(rows, near_rows, strict=True):
            row |= {name: _plain(value) for name, value in near.items()}
    return Best(metric, least, rows)


def _records(frame: Any) -> list[Row]:
    return frame.to_dict("records")


def _row(result: "SweepResult", number: int, cells: Row) -> Row:
    # The first columns are the axes, under another name where a metric has theirs.
    values = dict(zip(result.axes, map(_plain, cells.values()), strict=False))
    metrics = {name: _score(name, _plain(cells[name])) for name in result.metrics}
    return {"combination": number, "values": values, "metrics": metrics}


def _has_neighbours(result: "SweepResult") -> bool:
    lines = [axis for axis in result.axes.values() if sum(map(_is_number, axis)) > 1]
    return bool(lines) and len(lines) <= _MOST_AXES and result.scored <= _MOST_ROWS


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _score(name: str, value: Any) -> Any:
    """Return a score as its metric is: what is counted as a whole number."""
    return int(value) if value is not None and BY_ID[name].unit == "count" else value


def _plain(value: Any) -> Any:
    """Return a cell as JSON has it: None for NaN, Python's own numbers."""
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and math.isnan(plain) else plain
