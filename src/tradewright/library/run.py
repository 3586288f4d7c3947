"""A finished backtest as its user sees it."""

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tradewright.engine.trades import fill_times
from tradewright.engine.types import REASONS
from tradewright.library.run_directory import write_run
from tradewright.library.tables import as_pandas, as_polars, is_time
from tradewright.metrics.profiles.profile import profile
from tradewright.research.backtest import Answer
from tradewright.research.manifest import iso

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

TRADE_FIELDS = (
    "entry_time",
    "exit_time",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "pnl",
    "return",
    "fees",
    "bars_held",
    "exit_reason",
    "mae",
    "mfe",
)


class PolarsFrames(NamedTuple):
    """A run's tables as polars frames."""

    trades: "pl.DataFrame"
    equity: "pl.DataFrame"
    fills: "pl.DataFrame"


class Run:
    """The result of :func:`tradewright.backtest`.

    Attributes
    ----------
    metrics
        Metric id -> value. Fractions, seconds, account currency; None where undefined.
    warnings
        What limits the trust in the result: dicts of ``code``, ``message``, ``count``.
    """

    def __init__(self, answer: Answer) -> None:
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
        """Data checksum, canonical strategy, rules, window and version."""
        return self._answer.manifest

    @property
    def strategy_title(self) -> str:
        """The strategy's name for people."""
        return self._answer.strategy.title

    @cached_property
    def trades(self) -> "pd.DataFrame":
        """Closed trades, one row each, as a pandas frame."""
        return as_pandas(self.trade_columns())

    @cached_property
    def fills(self) -> "pd.DataFrame":
        """Every fill, one row each, as a pandas frame."""
        return as_pandas(self.fill_columns())

    @cached_property
    def equity(self) -> "pd.DataFrame":
        """Columns ``equity`` (account currency, at each close) and ``drawdown`` (fraction) by bar time."""
        frame: Any = as_pandas(self.equity_columns())
        return frame.set_index("timestamp")

    def to_polars(self) -> PolarsFrames:
        """Return trades, equity and fills as polars frames."""
        return PolarsFrames(
            as_polars(self.trade_columns()),
            as_polars(self.equity_columns()),
            as_polars(self.fill_columns()),
        )

    def profile(self, name: str) -> dict[str, float | None]:
        """Return what ``quantstats``, ``empyrical``, ``backtesting.py`` or ``vectorbt`` says of the run.

        The package's own names, formulas and units; durations in seconds, None where it has no number.

        Raises
        ------
        UnknownNameError
            ``E_PROFILE`` for any other name.
        """
        answer, risk_free = self._answer, self.manifest["metrics"]["risk_free"]
        return profile(name, answer.simulation, answer.bars, fee=answer.rules.fee, risk_free=risk_free)

    def trade_columns(self, *, still_open: bool = False) -> dict[str, Any]:
        """Return the trade table as named arrays; times are int64 UTC nanoseconds."""
        simulation = self._answer.simulation
        table = simulation.open_trades if still_open else simulation.trades
        columns: dict[str, Any] = {name: table[name] for name in TRADE_FIELDS}
        columns["side"] = np.where(table["side"] > 0, "long", "short")
        columns["exit_reason"] = np.array(REASONS)[table["exit_reason"]]
        return columns

    def fill_columns(self) -> dict[str, Any]:
        """Return the fill table as named arrays; times are bar opens, of fills at the close bar closes."""
        table = self._answer.simulation.fills
        columns: dict[str, Any] = {"time": fill_times(self._answer.bars, table)}
        columns |= {name: table[name] for name in ("quantity", "price", "reference", "fee", "slippage")}
        columns["reason"] = np.array(REASONS)[table["reason"]]
        columns["moment"] = np.array(("open", "inside", "close"))[table["moment"]]
        return columns

    def equity_columns(self) -> dict[str, Any]:
        """Return bar time, equity and drawdown as named arrays."""
        simulation = self._answer.simulation
        peak = np.maximum(np.maximum.accumulate(simulation.equity), simulation.initial_cash)
        with np.errstate(over="ignore", invalid="ignore"):  # an account may outgrow what a float can say
            drawdown = simulation.equity / peak - 1
        return {
            "timestamp": self._answer.bars.time[simulation.start :],
            "equity": simulation.equity,
            "drawdown": drawdown,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain data: what ``--json`` prints."""
        answer, window = self._answer, self.manifest["window"]
        return {
            "run": {
                "fingerprint": self.fingerprint,
                "result_hash": self.result_hash,
                "strategy": answer.strategy.id,
                "title": answer.strategy.title,
                "symbol": answer.bars.symbol,
                "timeframe": str(answer.bars.timeframe),
                "bars": window["bars"],
                "start": window["start"],
                "end": window["end"],
                "last_bar": self.manifest["series"]["last"],
                "data_checksum": answer.bars.checksum,
                "rules": self.manifest["rules"],
                "risk_free": self.manifest["metrics"]["risk_free"],
                "currency": answer.bars.instrument.currency,
                "open_trades": _rows(self.trade_columns(still_open=True)),
                "execution_time_ms": round(answer.execution_time_ms, 3),
            },
            "metrics": self.metrics,
            "trades": _rows(self.trade_columns()),
            "warnings": self.warnings,
        }

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write the run into `folder`: all of it or nothing.

        Raises
        ------
        InputError
            ``E_RUN_EXISTS`` when the folder holds something already.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        return write_run(Path(folder), self.to_dict(), self.manifest, self.to_polars(), overwrite=overwrite)

    def __repr__(self) -> str:
        """Return strategy, series, return and fingerprint on one line."""
        answer = self._answer
        total, trades = self.metrics["total_return"], self.metrics["trades"]
        return (
            f"Run({answer.strategy.id} on {answer.bars.symbol} {answer.bars.timeframe}: "
            f"{'beyond numbers' if total is None else f'{total:+.2%}'}, {trades:,} trades, "
            f"{self.fingerprint[:12]})"
        )


def _finite(values: list[Any]) -> list[Any]:
    """Say None for what JSON has no number for."""
    return [None if isinstance(v, float) and not math.isfinite(v) else v for v in values]


def _rows(columns: dict[str, Any]) -> list[dict[str, Any]]:
    plain = {
        name: [iso(t) for t in column] if is_time(name) else _finite(column.tolist())
        for name, column in columns.items()
    }
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]
