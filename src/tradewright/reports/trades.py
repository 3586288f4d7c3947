"""The trades of a run as columns, and what each reason to leave brought."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.metrics.trade_stats import judge
from tradewright.reports.material import ReportMaterial

Floats = npt.NDArray[np.float64]

NUMBERS = (
    "quantity",
    "entry_price",
    "exit_price",
    "pnl",
    "return",
    "fees",
    "bars_held",
    "mae",
    "mfe",
)
# What runs of older versions lack.
FURTHER_NUMBERS = ("carry", "entries", "exits")
_NS = 1_000_000_000
_JUDGED = [("pnl", "<f8"), ("return", "<f8")]
# Exits that happen at a close when orders fill at the close.
_DECIDED = frozenset({"signal", "reverse", "opposite", "time_stop"})


@dataclass(frozen=True)
class TradeColumns:
    """All trades, the closed ones first.

    Attributes
    ----------
    columns
        ``entry_time exit_time`` (seconds since 1970), ``side`` (1 or -1), ``reason`` (index into
        `reasons`), the bars of the window ``entry_bar exit_bar``, ``outcome`` (1 won, -1 lost, 0 neither,
        as the metrics count), and the numbers of the trade table; NaN where JSON has null. Where times
        have fractions of a second, ``entry_ns exit_ns`` are these, in nanoseconds.
    reasons
        Exit reasons by index.
    closed
        How many are closed; the others are open and marked at the last close.
    """

    columns: dict[str, Floats]
    reasons: list[str]
    closed: int


@dataclass(frozen=True)
class ReasonTotal:
    """What the trades that left for one reason brought together."""

    reason: str
    count: int
    wins: int
    pnl: float | None


def trade_columns(material: ReportMaterial) -> TradeColumns:
    """Turn the document's rows into columns."""
    closed = material.document["trades"]
    rows = [*closed, *material.document["run"]["open_trades"]]
    reasons = sorted({row["exit_reason"] for row in rows})
    index = {reason: i for i, reason in enumerate(reasons)}
    further = [name for name in FURTHER_NUMBERS if rows and all(name in row for row in rows)]
    columns = {name: _floats(row[name] for row in rows) for name in (*NUMBERS, *further)}
    columns["side"] = _floats(1 if row["side"] == "long" else -1 for row in rows)
    columns["reason"] = _floats(index[row["exit_reason"]] for row in rows)
    columns["outcome"] = outcomes(rows).astype(np.float64)
    entry, exit_ = (_nanoseconds(row[name] for row in rows) for name in ("entry_time", "exit_time"))
    at_close = material.document["run"]["rules"]["fill_on"] == "close"
    late = np.array([_left_at_close(row["exit_reason"], at_close=at_close) for row in rows], np.bool_)
    for name, times in (("entry", entry), ("exit", exit_)):
        columns[f"{name}_time"] = (times // _NS).astype(np.float64)
        if (times % _NS).any():
            columns[f"{name}_ns"] = (times % _NS).astype(np.float64)
    columns["entry_bar"] = bars_of(material, entry, np.full(len(rows), at_close))
    columns["exit_bar"] = bars_of(material, exit_, late)
    return TradeColumns(columns, reasons, len(closed))


def further_shown(material: ReportMaterial) -> list[str]:
    """Return the fields that a table of trades shows only where they say something.

    ``carry`` where funding, borrow or dividends were paid; ``entries`` and ``exits`` above one.
    """
    rows = [*material.document["trades"], *material.document["run"]["open_trades"]]
    usual = {"carry": (0.0, None), "entries": (0, 1), "exits": (0, 1)}
    return [name for name, none in usual.items() if any(row.get(name, none[0]) not in none for row in rows)]


def outcomes(rows: Sequence[dict[str, Any]]) -> npt.NDArray[np.int64]:
    """Return 1 for each trade that won, -1 for one that lost, 0 for neither, as the metrics count them."""
    judged = np.zeros(len(rows), _JUDGED)
    for name in ("pnl", "return"):
        judged[name] = _floats(row[name] for row in rows)
    found = judge(judged)
    return found.won.astype(np.int64) - found.lost


def reason_totals(trades: Sequence[dict[str, Any]]) -> list[ReasonTotal]:
    """Return count and profit by exit reason, the most frequent first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    wins: Counter[str] = Counter()
    for trade, outcome in zip(trades, outcomes(trades), strict=True):
        groups.setdefault(trade["exit_reason"], []).append(trade)
        wins[trade["exit_reason"]] += int(outcome > 0)
    found = [ReasonTotal(reason, len(group), wins[reason], _sum(group)) for reason, group in groups.items()]
    return sorted(found, key=lambda total: (-total.count, total.reason))


def _left_at_close(reason: str, *, at_close: bool) -> bool:
    return reason in {"end_of_data", "session_end"} or (at_close and reason in _DECIDED)


def bars_of(material: ReportMaterial, times: npt.NDArray[np.int64], late: npt.NDArray[np.bool_]) -> Floats:
    """Return the bar of the window that each time falls into; a close belongs to the bar that it ends."""
    found = np.searchsorted(material.time, times - late, side="right") - 1
    return np.clip(found, 0, material.time.size - 1).astype(np.float64)


def _floats(values: Iterable[float | None]) -> Floats:
    return np.array([math.nan if value is None else value for value in values], np.float64)


def _nanoseconds(times: Iterable[str]) -> npt.NDArray[np.int64]:
    return np.array([time.removesuffix("Z") for time in times], "datetime64[ns]").astype(np.int64)


def _sum(trades: list[dict[str, Any]]) -> float | None:
    amounts = [trade["pnl"] for trade in trades]
    return None if None in amounts else math.fsum(amounts)
