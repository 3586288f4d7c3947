"""A finished backtest as its user sees it, whether it has just ended or was read from disk."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tradewright.core.bars import Bars
from tradewright.engine.types import Simulation
from tradewright.library.run_pages import RunChart, card_of, write_report
from tradewright.library.run_trades import explain_trade, record_of, trade_table
from tradewright.library.runs.columns import rows_of
from tradewright.library.runs.directory import RunRecord, write_run
from tradewright.library.runs.export import Kind, export_run
from tradewright.library.runs.keeping import keep_run
from tradewright.library.tables import as_pandas, as_polars
from tradewright.metrics.profiles.profile import profile
from tradewright.research.around.holding import held_path
from tradewright.research.around.world import EMPTY, World
from tradewright.research.backtest import Answer
from tradewright.research.explanation.record import Record
from tradewright.research.explanation.told import Explanation

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_PARTS = ("run", "metrics", "trades", "warnings", "envelope")


class PolarsFrames(NamedTuple):
    """A run's tables as polars frames."""

    trades: "pl.DataFrame"
    equity: "pl.DataFrame"
    fills: "pl.DataFrame"


class RunView(ABC):
    """What every run shows: :class:`Run` has just ended, :class:`StoredRun` was read from disk.

    Attributes
    ----------
    metrics
        Metric id -> value. Fractions, seconds, account currency; None where undefined.
    warnings
        What limits the trust in the result: dicts of ``code``, ``message``, ``count``.
    """

    metrics: dict[str, Any]
    warnings: list[dict[str, Any]]

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """SHA-256 of the manifest: equal for runs that must agree."""

    @property
    @abstractmethod
    def result_hash(self) -> str:
        """SHA-256 of fills and equity: equal for runs that did agree."""

    @property
    @abstractmethod
    def manifest(self) -> dict[str, Any]:
        """Data checksum, canonical strategy, rules, window and version."""

    @property
    @abstractmethod
    def origin(self) -> dict[str, Any]:
        """What was asked for, in the asker's words, and the strategy's code; empty where not known."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What was run, on which bars, under which rules: ``to_dict()["run"]`` without open trades."""

    @property
    @abstractmethod
    def envelope(self) -> dict[str, Any] | None:
        """Each metric with the ambiguous bars read against the run, and for it; no proven bound.

        ``{"ambiguous_bars": n, "metrics": {id: [pessimistic, optimistic]}}``; None for a run that an
        older version kept.
        """

    @property
    @abstractmethod
    def bars(self) -> Bars | None:
        """The series that the run saw, up to the window's end; None when it cannot be had any more."""

    @property
    @abstractmethod
    def benchmark(self) -> Bars | None:
        """The series that alpha and beta were measured against; None for buy and hold, or when gone."""

    @property
    @abstractmethod
    def world(self) -> World | None:
        """Rates, payments and finer bars that were given; None when any of them is gone."""

    @abstractmethod
    def trade_columns(self, *, still_open: bool = False) -> dict[str, Any]:
        """Return the trade table as named arrays; times are int64 UTC nanoseconds."""

    @abstractmethod
    def fill_columns(self) -> dict[str, Any]:
        """Return the fill table as named arrays; times are bar opens, of fills at the close bar closes."""

    @abstractmethod
    def equity_columns(self) -> dict[str, Any]:
        """Return bar time, equity and drawdown as named arrays."""

    @abstractmethod
    def simulated(self) -> tuple[Simulation, Bars]:
        """Return the engine's own result and the bars that it ran on.

        Raises
        ------
        TradewrightError
            When the run was read from disk and cannot be run again as it was.
        """

    @abstractmethod
    def answered(self) -> Answer:
        """Return all that the run was made of; the errors of :meth:`simulated`."""

    @cached_property
    def trade_record(self) -> Record:
        """What explanations of trades are worked out from; the errors of :meth:`simulated`."""
        return record_of(self.answered())

    def why(self, number: int) -> Explanation:
        """Tell which order met which price in which bar, what it cost, and by which rules.

        A run that was read from disk is run again for it; where that cannot be, its fills alone tell.

        Parameters
        ----------
        number
            Of the trade, from 1 as reports count: the closed ones by exit, then the one still open.

        Raises
        ------
        InputError
            ``E_TRADE`` when there is none of that number.
        """
        return explain_trade(self, number)

    @property
    def strategy_title(self) -> str:
        """The strategy's name for people."""
        return str(self.facts["title"])

    @cached_property
    def trades(self) -> "pd.DataFrame":
        """Closed trades, one row each, as a pandas frame; ``trades[16].why`` explains the 17th."""
        return trade_table(self)

    @cached_property
    def fills(self) -> "pd.DataFrame":
        """Every fill, one row each, as a pandas frame."""
        return as_pandas(self.fill_columns())

    @cached_property
    def equity(self) -> "pd.DataFrame":
        """Columns ``equity`` (account currency, at each close) and ``drawdown`` (fraction) by bar time."""
        frame: Any = as_pandas(self.equity_columns())
        return frame.set_index("timestamp")

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain data: what ``--json`` prints."""
        parts = self.summary() | {"trades": rows_of(self.trade_columns())}
        return {name: parts[name] for name in _PARTS if name in parts}

    def summary(self) -> dict[str, Any]:
        """Return :meth:`to_dict` without the closed trades."""
        open_trades = rows_of(self.trade_columns(still_open=True))
        parts: dict[str, Any] = {
            "run": dict(self.facts) | {"open_trades": open_trades},
            "metrics": self.metrics,
            "warnings": self.warnings,
        }
        return parts if self.envelope is None else parts | {"envelope": self.envelope}

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
        A run that was read from disk is run again for it.

        Raises
        ------
        UnknownNameError
            ``E_PROFILE`` for any other name.
        """
        simulation, bars = self.simulated()
        fee, risk_free = self.manifest["rules"]["fee"], self.manifest["metrics"]["risk_free"]
        held = held_path(bars, simulation.start, self.manifest["rules"], self.world or EMPTY)
        return profile(name, simulation, bars, fee=fee, risk_free=risk_free, held=held)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write the run into `folder`: all of it or nothing.

        Raises
        ------
        InputError
            ``E_RUN_EXISTS`` when the folder holds something already.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        return write_run(Path(folder), self.record(), overwrite=overwrite)

    def keep(self, name: str | None = None) -> Path:
        """Keep the run among those of this installation, and its bars in the store.

        The same run is kept once, however often; see :func:`tradewright.runs`.

        Parameters
        ----------
        name
            To find it by, beside its fingerprint and ``last``.

        Returns
        -------
        Path
            The folder that it is in.

        Raises
        ------
        InputError
            ``E_RUN_NAME`` when the name cannot be one, or another run has it.
        DataError
            ``E_RUN_OTHER`` when the run is kept with another result, which stays.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written. When the run is kept all the same, the message begins with
            that, and ``details["lacks"]`` says what it is without.
        """
        return keep_run(self, name)

    def export(self, path: str | Path, to: Kind | None = None, *, overwrite: bool = False) -> list[Path]:
        """Write the run as files for other programs, and return them.

        Parameters
        ----------
        path
            A file ending in ``.csv`` or ``.parquet`` gets the closed trades, one in ``.json`` everything,
            one in ``.html`` the report. Anything else is a folder, which gets all tables.
        to
            ``csv``, ``json``, ``parquet`` or ``html``; by default what `path` ends in.
        overwrite
            Replace files that are there.

        Raises
        ------
        InputError
            ``E_EXPORT_KIND`` for a kind that is none, ``E_EXPORT_EXISTS`` for a file that is there.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        return export_run(self, Path(path), to, overwrite=overwrite)

    def record(self) -> RunRecord:
        """Return everything that goes into the run's folder."""
        return RunRecord(self.summary(), self.manifest, self.origin, self.to_polars())

    def report(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the run as one HTML page: headline numbers, charts, every trade, metrics, manifest.

        The page needs nothing but itself and a browser of 2023 or newer.

        Parameters
        ----------
        path
            The file to write, in a folder that is there.
        overwrite
            Replace a file of that name.

        Raises
        ------
        InputError
            ``E_PAGE_EXISTS`` when something stands there already, ``E_PARAMETER`` when `path` is none.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        return write_report(self, path, overwrite=overwrite)

    def plot(self) -> RunChart:
        """Return equity, drawdown and price with the trades: a notebook draws it, ``.save(path)`` writes it.

        Above 50,000 bars a candle stands for several; the chart says for how many.
        """
        return RunChart(self)

    def _repr_html_(self) -> str:
        """Show headline numbers, curve and warnings in a notebook."""
        return card_of(self)

    def __repr__(self) -> str:
        """Return strategy, series, return and fingerprint on one line."""
        facts: Mapping[str, Any] = self.facts
        total, trades = self.metrics["total_return"], self.metrics["trades"]
        return (
            f"{type(self).__name__}({facts['strategy']} on {facts['symbol']} {facts['timeframe']}: "
            f"{'beyond numbers' if total is None else f'{total:+.2%}'}, {trades:,} trades, "
            f"{self.fingerprint[:12]})"
        )
