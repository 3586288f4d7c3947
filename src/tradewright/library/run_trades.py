"""A run's trades as a frame whose rows know why they went as they did."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from tradewright.core.errors import InputError, TradewrightError
from tradewright.core.optional import optional
from tradewright.library.tables import as_pandas
from tradewright.research.backtest import Answer
from tradewright.research.explanation.bare import Tables, explain_barely
from tradewright.research.explanation.explain import explain
from tradewright.research.explanation.record import Record, require_number
from tradewright.research.explanation.told import Explanation

if TYPE_CHECKING:
    import pandas as pd

    from tradewright.library.run_view import RunView

# What tells a trade from every other of its run, whatever a frame was filtered or sorted by.
_IDENTITY = ("entry_time", "exit_time", "quantity", "pnl")


class NoTradeError(InputError, IndexError):
    """A position that a table of trades does not have."""


def explain_trade(run: "RunView", number: int) -> Explanation:
    """Tell why a trade of `run` went as it did; from its fills alone when it cannot be run again.

    Raises
    ------
    InputError
        ``E_TRADE`` when there is none of that number.
    """
    require_number(number, trade_count(run))
    try:
        record = run.trade_record
    except TradewrightError as lacking:
        return explain_barely(_tables(run), int(number), str(lacking))
    return explain(record, int(number))


def trade_count(run: "RunView") -> int:
    """Return how many trades a run made, the one that is still open among them."""
    return sum(len(run.trade_columns(still_open=still)["pnl"]) for still in (False, True))


def record_of(answer: Answer) -> Record:
    """Return what an explanation is worked out from."""
    return Record(answer.bars, answer.rules, answer.signals, answer.simulation, answer.surroundings)


def _tables(run: "RunView") -> Tables:
    tables = (run.trade_columns(), run.trade_columns(still_open=True), run.fill_columns())
    facts = run.facts
    closed, still, fills = map(_rows, tables)
    return Tables(closed, still, fills, facts["symbol"], facts["currency"])


def _rows(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = (np.asarray(column).tolist() for column in columns.values())
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def trade_table(run: "RunView") -> "pd.DataFrame":
    """Return the closed trades of `run` as a pandas frame whose ``[i]`` is trade i, with its ``why``."""
    table = _table_type()(as_pandas(run.trade_columns()))
    table.run = run
    return table


@cache
def _table_type() -> Any:
    """Return the frame's class, made when pandas is first asked for."""
    pandas: Any = optional("pandas")

    class TradeRow(pandas.Series):
        """One trade: a row of the table, and why it went as it did."""

        _metadata = ("run",)
        run: "RunView | None" = None

        @property
        def _constructor(self) -> Any:
            return pandas.Series

        @property
        def why(self) -> Explanation:
            """Tell which order met which price in which bar, and what it cost.

            Raises
            ------
            InputError
                ``E_TRADE`` when the row is no trade of its run any more.
            """
            if self.run is None:
                raise _unknown_row("the table does not know its run")
            return explain_trade(self.run, _number_of(self.run, self))

        def __reduce__(self) -> Any:
            return pandas.Series(self).__reduce__()

    class TradeTable(pandas.DataFrame):
        """Closed trades, one row each: a pandas frame, in which a whole number means a trade."""

        _metadata = ("run",)
        run: "RunView | None" = None

        @property
        def _constructor(self) -> Any:
            return TradeTable

        def __getitem__(self, key: Any) -> Any:
            """Return the trade at a position for a whole number, else what pandas returns."""
            if not _is_whole(key) or key in self.columns:
                return pandas.DataFrame.__getitem__(self, key)
            if not -len(self) <= key < len(self):
                raise _no_row(int(key), len(self))
            row = TradeRow(self.iloc[int(key)])
            row.run = self.run
            return row

        def __reduce__(self) -> Any:
            return pandas.DataFrame(self).__reduce__()

    return TradeTable


def _is_whole(key: object) -> bool:
    return isinstance(key, SupportsIndex) and not isinstance(key, bool | np.bool_ | np.ndarray)


def _number_of(run: "RunView", row: Any) -> int:
    """Return which trade of its run a row is, from 1, by what it holds."""
    columns = run.trade_columns()
    if not set(_IDENTITY) <= set(row.index):
        raise _unknown_row("columns that tell trades apart are gone from the table")
    match = np.ones(len(columns["pnl"]), np.bool_)
    for name in _IDENTITY:
        value = row[name].value if name.endswith("_time") else row[name]
        match &= np.asarray(columns[name]) == value
    found = np.flatnonzero(match)
    if not found.size:
        raise _unknown_row("its numbers are not those of a trade of its run")
    label = row.name
    own = _is_whole(label) and label in found
    return int(label if own else found[0]) + 1


def _unknown_row(why: str) -> InputError:
    return InputError(
        "E_TRADE", f"which trade this row is cannot be told: {why}.", fix="Take the row from run.trades."
    )


def _no_row(position: int, count: int) -> NoTradeError:
    there = f"positions are 0 to {count - 1:,}, or -1 for the last" if count else "the table has no trades"
    return NoTradeError(
        "E_TRADE",
        f"there is no trade at position {position}.",
        fix=f"{there[0].upper()}{there[1:]}.",
        details={"trade": str(position), "trades": count},
    )
