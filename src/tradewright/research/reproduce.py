"""A run and the same run again: whether it came to the same, and if not, what differs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewright.core.optional import optional
from tradewright.research.evidence import (
    Difference,
    Evidence,
    differences,
    first_difference,
    readable,
    row_of,
)
from tradewright.research.html_table import html_table

if TYPE_CHECKING:
    import pandas as pd

# Metrics are sums in a fixed order; beyond this they are other numbers (engine.md 6.1).
_METRIC_TOLERANCE = 1e-9
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came of running a run again.

    Attributes
    ----------
    kept, now
        Fingerprints of the run that was kept, and of the one just made.
    same
        Whether result hash and tables are equal to the bit, and metrics to 1e-9.
    same_hash
        Whether the result hashes are equal; when the tables are not, they were changed after the run.
    same_trades
        Whether the closed trades are equal to the bit; true of every run that is the `same`.
    differences
        What the two were asked differently: values are (kept, now).
    trade
        Number from 0 and both rows of the first trade that differs; None when none does.
    metrics
        Metric id -> (kept, now), where they differ.
    equity_gap
        The largest relative difference of equity at one bar; None when the windows differ.
    tables
        Which of ``fills trades equity`` are not equal to the bit.
    notes
        What else a reader should know: files that have changed since.
    """

    kept: str
    now: str
    same: bool
    same_hash: bool
    same_trades: bool
    differences: list[Difference]
    trade: tuple[int, dict[str, Any] | None, dict[str, Any] | None] | None = None
    metrics: Mapping[str, tuple[Any, Any]] = field(default_factory=dict[str, tuple[Any, Any]])
    equity_gap: float | None = None
    tables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One sentence on what came of it."""
        if self.same:
            return "the same result, to the bit."
        if self.differences:
            return f"another result: {self._reasons()}."
        if self.same_hash:
            return f"the same result, but what was kept beside it is not what it gives: {self._odd()}."
        if self.same_trades and self.equity_gap is not None and self.equity_gap < _METRIC_TOLERANCE:
            return (
                f"the same trades; equity differs by up to {self.equity_gap:.1e} of itself, "
                "as another processor may round."
            )
        return "another result, although nothing was asked differently."

    def _odd(self) -> str:
        return ", ".join([*self.tables, *(["metrics"] if self.metrics else [])])

    def _reasons(self) -> str:
        shown = [_in_words(row) for row in self.differences[:_MOST_REASONS]]
        more = len(self.differences) - len(shown)
        return "; ".join(
            [*shown, *([f"and {more} more difference{'' if more == 1 else 's'}"] if more > 0 else [])]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data: what ``--json`` prints."""
        trade = self.trade and {"index": self.trade[0], "kept": self.trade[1], "now": self.trade[2]}
        return {
            "same": self.same,
            "verdict": self.verdict,
            "fingerprint": {"kept": self.kept, "now": self.now},
            "same_trades": self.same_trades,
            "differences": [row.to_dict() for row in self.differences],
            "first_different_trade": trade,
            "metrics": {name: list(pair) for name, pair in self.metrics.items()},
            "equity_gap": self.equity_gap,
            "tables": list(self.tables),
            "notes": list(self.notes),
        }

    def to_pandas(self) -> "pd.DataFrame":
        """Return the metrics that differ, one row each, columns ``kept`` and ``now``."""
        pandas: Any = optional("pandas")
        frame = pandas.DataFrame.from_dict(dict(self.metrics), orient="index", columns=["kept", "now"])
        frame.index.name = "metric"
        return frame

    def _repr_html_(self) -> str:
        """Show the verdict in a notebook, and what differs."""
        rows = [(f"{row.kind} {row.name}", *map(_text, row.values)) for row in self.differences]
        rows += [(name, *map(_text, pair)) for name, pair in self.metrics.items()]
        if self.trade is not None:
            index, *sides = self.trade
            rows.append((f"trade {index + 1:,}", *(_trade_text(side) for side in sides)))
        title = f"{self.verdict[0].upper()}{self.verdict[1:]}"
        return html_table(title, ("", "kept", "now"), rows, self.notes)

    def __repr__(self) -> str:
        """Return the fingerprint and the verdict."""
        return f"Reproduction({self.kept[:12]}: {self.verdict})"


def reproduction_of(kept: Evidence, now: Evidence, notes: tuple[str, ...] = ()) -> Reproduction:
    """Say whether `now` came to what `kept` did, and what differs."""
    metrics, tables = _metrics(kept.metrics, now.metrics), _tables(kept, now)
    same_hash = kept.result_hash == now.result_hash
    index = first_difference(kept.trades, now.trades)
    trade = None
    if index is not None:
        trade = index, readable(row_of(kept.trades, index)), readable(row_of(now.trades, index))
    return Reproduction(
        kept=str(kept.facts["fingerprint"]),
        now=str(now.facts["fingerprint"]),
        same=same_hash and not metrics and not tables,
        same_hash=same_hash,
        same_trades=index is None,
        differences=differences([kept, now]),
        trade=trade,
        metrics=metrics,
        equity_gap=_gap(kept.equity["equity"], now.equity["equity"]),
        tables=tables,
        notes=notes,
    )


def _tables(kept: Evidence, now: Evidence) -> tuple[str, ...]:
    """Return which tables differ: a result hash is only what a file says it is."""
    pairs = {
        "fills": (kept.fills, now.fills),
        "trades": (kept.trades, now.trades),
        "equity": (kept.equity, now.equity),
    }
    return tuple(name for name, pair in pairs.items() if first_difference(*pair) is not None)


def _metrics(kept: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the metrics that differ; those that one version does not have are not compared."""
    pairs = {name: (kept[name], now[name]) for name in kept if name in now}
    return {name: pair for name, pair in pairs.items() if not _is_close(*pair)}


def _is_close(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_METRIC_TOLERANCE, abs_tol=1e-12)
    return one == other


def _gap(kept: Any, now: Any) -> float | None:
    if len(kept) != len(now):
        return None
    with np.errstate(all="ignore"):
        gaps = np.abs(kept - now) / np.maximum(np.abs(kept), np.abs(now))
    finite = gaps[np.isfinite(gaps)]
    return float(finite.max(initial=0.0))


def _text(value: Any) -> str:
    return "none" if value is None else repr(value) if isinstance(value, float) else str(value)


def _trade_text(trade: Mapping[str, Any] | None) -> str:
    if trade is None:
        return "none"
    return f"{trade['side']} {trade['entry_time']} to {trade['exit_time']}, {_text(trade['pnl'])}"


def _in_words(row: Difference) -> str:
    kept, now = ("none" if value is None else value for value in row.values)
    if (row.kind, row.name) == ("strategy", "code"):
        return "the strategy's code is not the one that ran"
    if (row.kind, row.name) == ("data", "checksum"):
        return f"the data is not what the run saw ({kept}, now {now})"
    if row.kind == "version":
        return f"version {kept} then, {now} now"
    return f"{row.kind} {row.name} {kept} then, {now} now"
