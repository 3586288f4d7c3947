"""The tables of a run as named arrays and as plain rows; times are int64 UTC nanoseconds."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tradewright.library.tables import is_time
from tradewright.research.manifest import iso

TEXT_FIELDS = frozenset({"side", "exit_reason", "reason", "moment", "kind"})
_WHOLE_FIELDS = frozenset({"bars_held", "entries", "exits"})


def rows_of(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a table as JSON holds it: times as ISO 8601, None for what no JSON number can say."""
    plain = {
        name: [iso(t) for t in column] if is_time(name) else _finite(column.tolist())
        for name, column in columns.items()
    }
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def columns_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """Return what :func:`rows_of` wrote as named arrays again."""
    return {name: _column(name, [row[name] for row in rows]) for name in names}


def _column(name: str, values: list[Any]) -> Any:
    if is_time(name):
        naive = [value.removesuffix("Z") for value in values]
        return np.array(naive, dtype="datetime64[ns]").astype(np.int64)
    if name in TEXT_FIELDS:
        return np.array(values, dtype=np.str_)
    if name in _WHOLE_FIELDS:
        return np.array(values, dtype=np.int64)
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _finite(values: list[Any]) -> list[Any]:
    return [None if isinstance(v, float) and not math.isfinite(v) else v for v in values]
