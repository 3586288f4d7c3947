"""From a row of a sweep's table back to the arguments of a single backtest."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, cast

from tradewright.core.errors import ParameterError
from tradewright.library.sweeping.columns import Columns
from tradewright.research.sweep.pieces import INSTRUMENT

Path = tuple[str | int, ...]

_FORM = "Give a combination's number, or one row: pandas' frame.iloc[0], polars' frame.row(0, named=True)."


def arguments(
    values: Mapping[str, Any], places: Mapping[str, Path], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of ``tw.backtest`` that score one combination again.

    Parameters
    ----------
    values
        Axis -> value; the series of a combination is none of the arguments, and left out.
    places
        Axis -> where its value stands in the arguments; by default ``("params", axis)``.
    asked
        What all combinations share, in plain data; a copy is changed.
    """
    found = {name: deepcopy(value) for name, value in asked.items()}
    for name, value in values.items():
        if name != INSTRUMENT:
            _put(found, places.get(name, ("params", name)), deepcopy(value))
    return found


def _put(inside: Any, path: Path, value: Any) -> None:
    """Set the value at a path; a mapping that is not there yet is made."""
    for step in path[:-1]:
        there = inside[step] if isinstance(step, int) else inside.get(step)
        # One of several parts of a rule stands in a tuple, which cannot be changed.
        parts = list(cast("tuple[Any, ...]", there)) if isinstance(there, tuple) else there
        inside[step] = {} if parts is None else parts
        inside = inside[step]
    inside[path[-1]] = value


def values_in(row: Any, axes: Mapping[str, Sequence[Any]], columns: Columns) -> dict[str, Any]:
    """Return the axis values that a row of a table shows.

    Parameters
    ----------
    row
        A mapping or a pandas row: name of a column -> what it shows.
    columns
        Of the table.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` when a column is missing, or shows what is none of the axis's values.
    """
    if not hasattr(row, "keys") or getattr(row, "ndim", 1) != 1:
        raise ParameterError("E_PARAMETER", f"a {type(row).__name__} is no row of a table.", fix=_FORM)
    found: dict[str, Any] = {}
    for axis, column in columns.names.items():
        if column not in row:
            raise ParameterError(
                "E_PARAMETER", f"the row has no '{column}'.", fix=_FORM, details={"name": column}
            )
        cell = row[column]
        cell = None if cell != cell else cell  # noqa: PLR0124 - a frame shows None among numbers as NaN
        at = _place(cell, columns.shown[axis])
        if at is None:
            raise ParameterError(
                "E_PARAMETER",
                f"'{column}' is {cell!r}, which the sweep did not go through.",
                details={"name": column, "value": str(cell)},
            )
        found[axis] = axes[axis][at]
    return found


def _place(cell: Any, values: Sequence[Any]) -> int | None:
    """Return where a cell stands among the values as shown; True is not 1 here."""
    flag = isinstance(cell, bool) or type(cell).__name__ in {"bool_", "bool"}
    for at, value in enumerate(values):
        if (value is None and cell is None) or (
            value is not None and cell is not None and value == cell and isinstance(value, bool) == flag
        ):
            return at
    return None
