"""A portfolio run that has just ended."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewright.core.optional import optional
from tradewright.engine.portfolio.round_trips import times_of
from tradewright.engine.types import EVENT, REASONS
from tradewright.library.portfolios.tables import contributions_of, correlation_of, weights_of
from tradewright.library.runs.columns import rows_of
from tradewright.library.runs.shape import TRADE_FIELDS
from tradewright.library.tables import as_pandas
from tradewright.reports.html.card import run_card
from tradewright.reports.material import ReportMaterial
from tradewright.research.portfolio import PortfolioAnswer

if TYPE_CHECKING:
    import pandas as pd

_MOMENTS = ("open", "inside", "close")


class PortfolioRun:
    """The result of :func:`tradewright.portfolio`. It is not kept among the runs of the installation.

    Attributes
    ----------
    metrics
        Metric id -> value. Fractions, seconds, account currency; None where undefined.
    warnings
        What limits the trust in the result: dicts of ``code``, ``message``, ``count``.
    """

    def __init__(self, answer: PortfolioAnswer) -> None:
        self._answer = answer
        self.metrics: dict[str, Any] = answer.metrics
        self.warnings: list[dict[str, Any]] = [caution.to_dict() for caution in answer.cautions]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the manifest: equal for runs that must agree."""
        return self._answer.fingerprint

    @property
    def result_hash(self) -> str:
        """SHA-256 of fills and equity: equal for runs that did agree."""
        return self._answer.result_hash

    @property
    def manifest(self) -> dict[str, Any]:
        """Checksums of all series, strategy, rules, limits, window and version."""
        return self._answer.manifest

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the panel, in order."""
        return self._answer.panel.symbols

    @property
    def counters(self) -> dict[str, int]:
        """What the run counted: orders that waited, changes under `min_trade`, and more."""
        return self._answer.simulation.counters

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What was run, on which series, under which rules."""
        answer, window = self._answer, self.manifest["window"]
        symbols = answer.panel.symbols
        return {
            "fingerprint": self.fingerprint,
            "result_hash": self.result_hash,
            "strategy": answer.strategy.id,
            "title": answer.strategy.title,
            "symbol": f"{len(symbols)} symbols",
            "symbols": list(symbols),
            "timeframe": str(answer.panel.timeframe),
            "bars": window["bars"],
            "start": window["start"],
            "end": window["end"],
            "last_bar": str(np.datetime64(int(answer.panel.time[-1]), "ns"))[:19] + "Z",
            "data_checksum": answer.panel.checksum,
            "params": answer.strategy.params,
            "rules": self.manifest["rules"],
            "limits": self.manifest["limits"],
            "risk_free": self.manifest["metrics"]["risk_free"],
            "currency": answer.currency,
            "execution_time_ms": round(answer.execution_time_ms, 3),
        }

    @cached_property
    def trades(self) -> "pd.DataFrame":
        """Closed trades of all symbols by exit, one row each, as a pandas frame."""
        return as_pandas(self.trade_columns())

    @cached_property
    def open_trades(self) -> "pd.DataFrame":
        """Trades that are still open, marked at the last close, as a pandas frame."""
        return as_pandas(self.trade_columns(still_open=True))

    @cached_property
    def fills(self) -> "pd.DataFrame":
        """Every fill with its symbol, one row each, as a pandas frame.

        Events of the account stand among them, in the order of what happened: `reason` ``borrow``,
        `quantity` 0, what was paid in `flow`.
        """
        return as_pandas(self.fill_columns())

    @cached_property
    def equity(self) -> "pd.DataFrame":
        """Columns ``equity`` (account currency, at each close) and ``drawdown`` (fraction) by time."""
        frame: Any = as_pandas(self.equity_columns())
        return frame.set_index("timestamp")

    @cached_property
    def weights(self) -> "pd.DataFrame":
        """Share of equity that each symbol is worth at each close; below 0 for a short."""
        return self._by_time(weights_of(self._answer))

    @cached_property
    def contributions(self) -> dict[str, float]:
        """What each symbol brought, account currency; together ``final - initial``."""
        return contributions_of(self._answer)

    @cached_property
    def correlation(self) -> "pd.DataFrame":
        """Correlation of the symbols' own returns in the window, over the times at which both have one."""
        pandas: Any = optional("pandas")
        return pandas.DataFrame(correlation_of(self._answer), index=self.symbols, columns=self.symbols)

    @cached_property
    def basket(self) -> "pd.Series":
        """What one unit of money becomes in the panel's equal-weight basket, bought and held."""
        answer = self._answer
        frame = self._by_time(answer.basket.close[answer.simulation.start :, None], ("basket",))
        return frame["basket"]

    def trade_columns(self, *, still_open: bool = False) -> dict[str, Any]:
        """Return the trade table as named arrays; times are int64 UTC nanoseconds."""
        simulation = self._answer.simulation
        table = simulation.open_trades if still_open else simulation.trades
        columns: dict[str, Any] = {"symbol": np.array(self.symbols)[table["instrument"]]}
        columns |= {name: table[name] for name in TRADE_FIELDS}
        columns["side"] = np.where(table["side"] > 0, "long", "short")
        columns["exit_reason"] = np.array(REASONS)[table["exit_reason"]]
        return columns

    def fill_columns(self) -> dict[str, Any]:
        """Return the fill table as named arrays; times are row opens, of fills at the close row closes."""
        table = self._answer.simulation.fills
        columns: dict[str, Any] = {"time": times_of(self._answer.panel, table)}
        columns["symbol"] = np.array(self.symbols)[table["instrument"]]
        columns |= {
            name: table[name] for name in ("quantity", "price", "reference", "fee", "slippage", "flow")
        }
        columns["reason"] = np.array(REASONS)[table["reason"]]
        columns["moment"] = np.array(_MOMENTS)[table["moment"]]
        return columns

    def equity_columns(self) -> dict[str, Any]:
        """Return time, equity and drawdown as named arrays."""
        simulation = self._answer.simulation
        peak = np.maximum(np.maximum.accumulate(simulation.equity), simulation.initial_cash)
        with np.errstate(over="ignore", invalid="ignore"):  # an account may outgrow what a float can say
            drawdown = simulation.equity / peak - 1
        time = self._answer.panel.time[simulation.start :]
        return {"timestamp": time, "equity": simulation.equity, "drawdown": drawdown}

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain data: what ``--json`` prints."""
        return {
            "run": dict(self.facts) | {"open_trades": rows_of(self.trade_columns(still_open=True))},
            "metrics": self.metrics,
            "contributions": self.contributions,
            "counters": self.counters,
            "trades": rows_of(self.trade_columns()),
            "warnings": self.warnings,
        }

    def _by_time(self, table: Any, names: "tuple[str, ...] | None" = None) -> Any:
        pandas: Any = optional("pandas")
        time = self._answer.panel.time[self._answer.simulation.start :]
        index = pandas.to_datetime(time, utc=True).rename("timestamp")
        return pandas.DataFrame(table, index=index, columns=names or self.symbols)

    def _repr_html_(self) -> str:
        """Show headline numbers, curve and warnings in a notebook."""
        curve = self.equity_columns()
        answer = self._answer
        cash = answer.simulation.initial_cash
        document = {"run": self.facts, "metrics": self.metrics, "warnings": self.warnings, "trades": []}
        held = cash / (1 + answer.rules.fee) * answer.basket.close[answer.simulation.start :]
        return run_card(
            ReportMaterial(
                document=document,
                manifest=self.manifest,
                time=curve["timestamp"],
                equity=curve["equity"],
                drawdown=curve["drawdown"],
                benchmark=held,
            )
        )

    def __repr__(self) -> str:
        """Return strategy, symbols, return and fingerprint on one line."""
        facts: Mapping[str, Any] = self.facts
        moved = self._answer.simulation.fills["kind"] != EVENT
        total, fills = self.metrics["total_return"], int(moved.sum())
        return (
            f"PortfolioRun({facts['strategy']} on {facts['symbol']} {facts['timeframe']}: "
            f"{'beyond numbers' if total is None else f'{total:+.2%}'}, {fills:,} fill{'s' * (fills != 1)}, "
            f"{self.fingerprint[:12]})"
        )
