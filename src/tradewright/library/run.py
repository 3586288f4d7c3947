"""A backtest that has just ended."""

from functools import cached_property
from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.engine.trades import fill_times
from tradewright.engine.types import ORDER_KINDS, REASONS, Simulation
from tradewright.library.run_view import RunView
from tradewright.library.runs.origin import Asked
from tradewright.library.runs.shape import FURTHER_TRADE_FIELDS, TRADE_FIELDS
from tradewright.research.around.world import World
from tradewright.research.backtest import Answer

_MOMENTS = ("open", "inside", "close")


class Run(RunView):
    """The result of :func:`tradewright.backtest`."""

    def __init__(self, answer: Answer, asked: Asked | None = None) -> None:
        self._answer = answer
        self._asked = asked
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
    def origin(self) -> dict[str, Any]:
        """What was asked for, in the asker's words, and the strategy's code."""
        return {} if self._asked is None else self._asked.to_dict(self.manifest["strategy"])

    @property
    def given_object(self) -> object | None:
        """The strategy as it was given, when it was an object whose own attributes decide."""
        given = None if self._asked is None else self._asked.strategy
        return given if "state" in self.manifest["strategy"] else None

    @property
    def bars(self) -> Bars:
        """The series that the run saw, up to the window's end."""
        return self._answer.bars

    @property
    def benchmark(self) -> Bars | None:
        """The series that alpha and beta were measured against; None for buy and hold."""
        return self._answer.question.benchmark

    @property
    def world(self) -> World:
        """Rates, payments and finer bars that were given."""
        return self._answer.question.world

    @property
    def facts(self) -> dict[str, Any]:
        """What was run, on which bars, under which rules."""
        return self._facts

    @property
    def envelope(self) -> dict[str, Any]:
        """Each metric with the ambiguous bars read against the run, and for it (engine.md 6.3)."""
        return self._answer.envelope.to_dict()

    @cached_property
    def _facts(self) -> dict[str, Any]:
        answer, window = self._answer, self.manifest["window"]
        return {
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
            "params": answer.strategy.params,
            "rules": self.manifest["rules"],
            "risk_free": self.manifest["metrics"]["risk_free"],
            "currency": (answer.rules.currency or "").upper() or answer.bars.instrument.currency,
            "execution_time_ms": round(answer.execution_time_ms, 3),
        }

    def trade_columns(self, *, still_open: bool = False) -> dict[str, Any]:
        """Return the trade table as named arrays; times are int64 UTC nanoseconds."""
        simulation = self._answer.simulation
        table = simulation.open_trades if still_open else simulation.trades
        columns: dict[str, Any] = {name: table[name] for name in (*TRADE_FIELDS, *FURTHER_TRADE_FIELDS)}
        columns["side"] = np.where(table["side"] > 0, "long", "short")
        columns["exit_reason"] = np.array(REASONS)[table["exit_reason"]]
        return columns

    def fill_columns(self) -> dict[str, Any]:
        """Return the fill table as named arrays; times are bar opens, of fills at the close bar closes."""
        table = self._answer.simulation.fills
        columns: dict[str, Any] = {"time": fill_times(self._answer.bars, table)}
        columns |= {name: table[name] for name in ("quantity", "price", "reference", "fee", "slippage")}
        columns["reason"] = np.array(REASONS)[table["reason"]]
        columns["moment"] = np.array(_MOMENTS)[table["moment"]]
        columns["kind"] = np.array(ORDER_KINDS)[table["kind"]]
        columns["decided_time"] = self._answer.bars.close_time[table["decided"]]
        columns |= {name: table[name] for name in ("unit", "flow")}
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

    def answered(self) -> Answer:
        """Return all that the run was made of."""
        return self._answer

    def simulated(self) -> tuple[Simulation, Bars]:
        """Return the engine's own result and the bars that it ran on."""
        return self._answer.simulation, self._answer.bars
