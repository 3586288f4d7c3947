"""What a portfolio strategy returned, read as tables of decisions by symbols."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import StrategyCodeError
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import RankedSignals

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_TABLES = ("long_entry", "long_exit", "short_entry", "short_exit", "score", "weight")
_MEASURES = frozenset({"score", "weight"})


@dataclass(frozen=True, slots=True)
class Returned:
    """What the tables of a strategy must fit.

    Attributes
    ----------
    strategy
        Its id, for messages.
    panel
        The series that it saw.
    rows
        int64, shape ``(decisions,)``: the panel's rows that the tables are about.
    """

    strategy: str
    panel: Panel
    rows: Rows

    def signals(self, returned: object) -> RankedSignals:
        """Read ranked signals.

        Raises
        ------
        StrategyCodeError
            ``E_STRATEGY_RETURN``.
        """
        if not isinstance(returned, RankedSignals):
            raise StrategyCodeError(
                "E_STRATEGY_RETURN",
                f"strategy '{self.strategy}': signals returned a {type(returned).__name__}.",
                fix="Return RankedSignals(long_entry=..., long_exit=..., score=...).",
                details={"strategy": self.strategy},
            )
        tables = {
            name: None
            if (table := getattr(returned, name)) is None
            else self.numbers(table, name)
            if name in _MEASURES
            else self._flags(table, name)
            for name in _TABLES
        }
        return RankedSignals(**cast("Any", tables))

    def _flags(self, table: Any, name: str) -> Flags:
        """Read what is true; unknown is not (2.4)."""
        values = self.numbers(table, name)
        odd = ~np.isnan(values) & (values != 0) & (values != 1)
        if odd.any():
            raise self._misfit(f"{name} holds {values[odd][0]:g}, which is neither true nor false")
        return values == 1

    def numbers(self, table: Any, name: str) -> Floats:
        """Read a table of numbers; one with labels by its labels.

        Raises
        ------
        StrategyCodeError
            ``E_STRATEGY_RETURN`` for what is no table of numbers, has another shape, holds an infinity,
            or is labelled with other symbols or rows than it must have.
        """
        shape = (self.rows.size, len(self.panel.symbols))
        labelled = hasattr(table, "columns")
        try:
            values: Any = np.ascontiguousarray(self._in_order(table, name) if labelled else table, np.float64)
        except (TypeError, ValueError) as odd:
            raise self._misfit(f"{name} cannot be read as numbers: {odd}") from odd
        if values.shape != shape:
            raise self._misfit(f"{name} has shape {values.shape}; it must have {shape}")
        if np.isinf(values).any():
            raise self._misfit(f"{name} holds an infinity")
        return values

    def _in_order(self, frame: Any, name: str) -> Any:
        """Return a frame's values with the symbols in the panel's order."""
        symbols = list(self.panel.symbols)
        columns = [str(column) for column in frame.columns]
        if sorted(columns) != sorted(symbols):
            odd = next((c for c in columns if c not in symbols or columns.count(c) > 1), None)
            raise self._misfit(
                f"the columns of the frame {name} are not the panel's symbols: "
                + (f"it has no '{_first_missing(symbols, columns)}'" if odd is None else f"'{odd}'"),
                fix="Give one column for each symbol of panel.symbols, named so.",
            )
        order = [columns.index(symbol) for symbol in symbols]
        if not hasattr(frame, "iloc"):
            return frame.to_numpy()[:, order]
        self._require_rows(frame.index, name)
        return frame.iloc[:, order].to_numpy(np.float64, na_value=np.nan)

    def _require_rows(self, labels: Any, name: str) -> None:
        """Refuse an index that is neither the rows' times, nor their numbers, nor 0 .. n-1."""
        count = self.rows.size
        if len(labels) != count:
            return  # its shape is told of
        times = self.panel.time[self.rows]
        plain = labels.to_numpy("datetime64[ns]").view(np.int64) if labels.dtype.kind == "M" else labels
        right = np.zeros(count, np.bool_)
        for own in (np.arange(count), self.rows, times):
            right = np.asarray(plain == own)
            if np.all(right):
                return
        at = int(np.argmin(right)) if np.shape(right) == (count,) else 0
        raise self._misfit(
            f"the frame {name} is in another order than the decisions: its row {at} is labelled {labels[at]}",
            fix="Index it by panel.time[rows], sort it so, or return the values with .to_numpy().",
        )

    def _misfit(self, what: str, fix: str | None = None) -> StrategyCodeError:
        return StrategyCodeError(
            "E_STRATEGY_RETURN",
            f"strategy '{self.strategy}': {what}.",
            fix=fix or "Return an array of decisions by symbols, in the panel's order.",
            details={"strategy": self.strategy},
        )


def _first_missing(symbols: list[str], columns: list[str]) -> str:
    return next(symbol for symbol in symbols if symbol not in columns)
