"""Strategies that decide on many instruments at once: target weights, or ranked signals."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar, cast

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from tradewright.core import validation
from tradewright.core.errors import InputError, StrategyCodeError
from tradewright.core.sessions import Sessions
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import RankedSignals, TargetWeights
from tradewright.strategy.checks.foresight import copied
from tradewright.strategy.document.cursor import snake
from tradewright.strategy.portfolio.foresight import require_no_foresight_of_rows
from tradewright.strategy.portfolio.schedule import Rhythm, decision_rows
from tradewright.strategy.python_strategy import StrategyParams
from tradewright.strategy.user_code.declared import declared_rules
from tradewright.strategy.user_code.identity import identity_of
from tradewright.strategy.user_code.running import running

Rows = npt.NDArray[np.int64]
_TABLES = ("long_entry", "long_exit", "short_entry", "short_exit", "score", "weight")


class NoParams(StrategyParams):
    """No parameters, unless the strategy declares some."""


class PortfolioStrategy:
    """Base of strategies for many instruments: define `weights` or `signals`.

    Attributes
    ----------
    id
        Identifier; by default the class name in snake_case.
    title
        Name for people; by default the class name.
    rules
        Overrides for the rules and limits of a run, such as ``{"direction": "both", "max_weight": 0.2}``.
    rebalance
        When `weights` are decided, unless ``Params`` has a field `rebalance`: ``"bar"``, a number of
        bars, ``"month_start"`` (``week_ month_ quarter_ year_``, ``start`` or ``end``), or a list of dates.

    Examples
    --------
    >>> class Half(PortfolioStrategy):
    ...     rebalance = "month_end"
    ...
    ...     def weights(self, panel, rows, p):
    ...         return np.full((len(rows), len(panel.symbols)), 0.5 / len(panel.symbols))
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    rules: ClassVar[Mapping[str, Any]] = {}
    rebalance: ClassVar[Any] = "month_start"
    Params: ClassVar[type[BaseModel]] = NoParams

    def weights(self, panel: Panel, rows: Rows, p: Any) -> Any:
        """Decide at the close of each of `rows` what share of equity each symbol should be worth.

        Parameters
        ----------
        panel
            The series. What is decided at row t may use rows up to t only.
        rows
            int64, the rows that decide.
        p
            The bound ``Params``.

        Returns
        -------
        array
            Shape ``(len(rows), symbols)``: below 0 for a short, 0 closes, NaN leaves the symbol alone.
        """
        raise NotImplementedError

    def signals(self, panel: Panel, p: Any) -> RankedSignals:
        """Decide at the close of every row which symbols to enter and leave, and how they rank.

        Returns
        -------
        RankedSignals
            Arrays of shape ``(len(panel), symbols)``; leave out what never happens.
        """
        raise NotImplementedError


class PreparedPortfolio:
    """A :class:`PortfolioStrategy` with its parameters bound.

    Attributes
    ----------
    id, title, params
        Of the strategy; parameters as plain data.
    warnings
        What the reader of a result should know, ``CODE: sentence``.
    """

    def __init__(self, strategy: Any, params: Mapping[str, Any] | None = None) -> None:
        kind = _kind(strategy)
        self.id = kind.id or snake(kind.__name__)
        self.title = kind.title or kind.__name__
        self._ranked = kind.signals is not PortfolioStrategy.signals
        self._kind = kind
        self._strategy = strategy if kind is not strategy else self._made(kind)
        self._bound: BaseModel = validation.build(
            kind.Params, dict(params or {}), kind="parameter", owner=f"strategy '{self.id}'"
        )
        self.params: dict[str, Any] = self._bound.model_dump(mode="json")
        self._own = kind.__module__.partition(".")[0] == __name__.partition(".")[0]
        self._identity, self._said = (
            ({"builtin": self.id}, ())
            if self._own
            else identity_of(kind, None if kind is strategy else strategy)
        )
        self.warnings: tuple[str, ...] = self._said
        self.rhythm = Rhythm.read(getattr(self._bound, "rebalance", kind.rebalance))

    def canonical(self) -> dict[str, Any]:
        """Return plain data that fixes what is decided; it goes into the manifest."""
        return {**self._identity, "params": self.params, "rules": self.rules()}

    def rules(self) -> dict[str, Any]:
        """Return the overrides that the class declares."""
        return declared_rules(self._strategy.rules, self.id)

    def decide(
        self, panel: Panel, start: int, sessions: Sessions | None = None
    ) -> TargetWeights | RankedSignals:
        """Decide on `panel` from row `start` on, and check that later rows play no part.

        Raises
        ------
        StrategyCodeError
            ``E_STRATEGY_CODE`` when the user's code raised, ``E_STRATEGY_RETURN`` for what has another
            shape, ``E_LOOKAHEAD`` when a decision depends on rows after it.
        """
        rows = decision_rows(panel, self.rhythm, start, sessions)
        untouched = self._strategy if self._own else copied(self._strategy)
        found = self._decided(self._strategy, panel, rows)
        if not self._own:
            unchecked = require_no_foresight_of_rows(
                self.id, panel, found, lambda part, seen: self._decided(copied(untouched), part, seen)
            )
            self.warnings = (*self._said, *unchecked)
        return found

    def _decided(self, strategy: Any, panel: Panel, rows: Rows) -> TargetWeights | RankedSignals:
        with nullcontext() if self._own else running(f"strategy '{self.id}'", self._kind, len(panel)):
            returned: Any = (
                strategy.signals(panel, self._bound)
                if self._ranked
                else strategy.weights(panel, rows, self._bound)
            )
        if self._ranked:
            return self._checked_signals(returned, (len(panel), len(panel.symbols)))
        return TargetWeights(rows, self._table(returned, "weights", (rows.size, len(panel.symbols))))

    def _checked_signals(self, returned: object, shape: tuple[int, int]) -> RankedSignals:
        if not isinstance(returned, RankedSignals):
            raise StrategyCodeError(
                "E_STRATEGY_RETURN",
                f"strategy '{self.id}': signals returned a {type(returned).__name__}.",
                fix="Return RankedSignals(long_entry=..., long_exit=..., score=...).",
                details={"strategy": self.id},
            )
        tables = {
            name: None
            if (table := getattr(returned, name)) is None
            else self._table(table, name, shape)
            if name in {"score", "weight"}
            else self._flags(table, name, shape)
            for name in _TABLES
        }
        return RankedSignals(**cast("Any", tables))

    def _flags(self, table: Any, name: str, shape: tuple[int, int]) -> Any:
        """Read what is true; unknown is not (2.4)."""
        values = self._table(table, name, shape)
        odd = ~np.isnan(values) & (values != 0) & (values != 1)
        if odd.any():
            raise self._misfit(f"{name} holds {values[odd][0]:g}, which is neither true nor false")
        return values == 1

    def _table(self, table: Any, name: str, shape: tuple[int, int]) -> Any:
        try:
            values: Any = np.ascontiguousarray(table, np.float64)
        except (TypeError, ValueError) as odd:
            raise self._misfit(f"{name} cannot be read as numbers: {odd}") from odd
        if values.shape != shape:
            raise self._misfit(f"{name} has shape {values.shape}; it must have {shape}")
        if np.isinf(values).any():
            raise self._misfit(f"{name} holds an infinity")
        return values

    def _misfit(self, what: str) -> StrategyCodeError:
        return StrategyCodeError(
            "E_STRATEGY_RETURN",
            f"strategy '{self.id}': {what}.",
            fix="Return an array of decisions by symbols, in the panel's order.",
            details={"strategy": self.id},
        )

    def _made(self, kind: type) -> Any:
        with running(f"strategy '{self.id}'", kind, None):
            return kind()


def _kind(strategy: Any) -> "type[PortfolioStrategy]":
    """Return the class of a strategy; refuse what is none, or decides nothing."""
    kind: Any = strategy if isinstance(strategy, type) else type(strategy)
    if not issubclass(kind, PortfolioStrategy):
        raise InputError(
            "E_STRATEGY_TYPE",
            f"{strategy!r} is not a portfolio strategy.",
            fix="Derive a class from tw.PortfolioStrategy, or name one that is built in.",
            details={"type": kind.__name__},
        )
    if kind.weights is PortfolioStrategy.weights and kind.signals is PortfolioStrategy.signals:
        raise InputError(
            "E_STRATEGY",
            f"strategy '{kind.__name__}' decides nothing.",
            fix="Define weights(self, panel, rows, p) or signals(self, panel, p).",
            details={"missing": ["weights", "signals"]},
        )
    return kind
