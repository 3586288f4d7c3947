"""Strategies that decide on many instruments at once: target weights, or ranked signals."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from tradewright.core import validation
from tradewright.core.errors import InputError
from tradewright.core.sessions import Sessions
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import RankedSignals, TargetWeights
from tradewright.strategy.checks.foresight import copied
from tradewright.strategy.document.cursor import snake
from tradewright.strategy.portfolio.foresight import require_no_foresight_of_rows
from tradewright.strategy.portfolio.returned import Returned
from tradewright.strategy.portfolio.schedule import Rhythm, decision_rows
from tradewright.strategy.python_strategy import StrategyParams
from tradewright.strategy.user_code.declared import declared_rules
from tradewright.strategy.user_code.identity import identity_of
from tradewright.strategy.user_code.running import running

Rows = npt.NDArray[np.int64]


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
        Not beside `signals`, which are read at every row.

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
        array or frame
            Shape ``(len(rows), symbols)``: below 0 for a short, 0 closes, NaN leaves the symbol alone. A
            frame has the symbols as columns, in any order, and ``panel.time[rows]``, `rows` or ``0 .. n-1``
            as its index.
        """
        raise NotImplementedError

    def signals(self, panel: Panel, p: Any) -> RankedSignals:
        """Decide at the close of every row which symbols to enter and leave, and how they rank.

        Returns
        -------
        RankedSignals
            Arrays or frames of shape ``(len(panel), symbols)``; leave out what never happens. In entries
            and exits an unknown (NaN) is not true.
        """
        raise NotImplementedError


class PreparedPortfolio:
    """A :class:`PortfolioStrategy` with its parameters bound.

    Attributes
    ----------
    id, title, params
        Of the strategy; parameters as plain data.
    ranked
        Whether it gives ranked signals; otherwise target weights.
    warnings
        What the reader of a result should know, ``CODE: sentence``.
    """

    def __init__(self, strategy: Any, params: Mapping[str, Any] | None = None) -> None:
        kind = _kind(strategy)
        self.id = kind.id or snake(kind.__name__)
        self.title = kind.title or kind.__name__
        self.ranked = kind.signals is not PortfolioStrategy.signals
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
        if self.ranked:
            self._require_no_rhythm()
        self.rhythm = Rhythm.read(getattr(self._bound, "rebalance", self._strategy.rebalance))

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
                if self.ranked
                else strategy.weights(panel, rows, self._bound)
            )
        read = Returned(self.id, panel, np.arange(len(panel)) if self.ranked else rows)
        if self.ranked:
            return read.signals(returned)
        return TargetWeights(rows, read.numbers(returned, "weights"))

    def _require_no_rhythm(self) -> None:
        """Refuse a rhythm beside signals, which decide at every row."""
        given = self._strategy.rebalance is not PortfolioStrategy.rebalance
        if given or "rebalance" in self._kind.Params.model_fields:
            raise InputError(
                "E_STRATEGY",
                f"strategy '{self.id}' has a rebalance beside signals, which are read at every row.",
                fix="Leave rebalance out, or define weights instead of signals.",
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
    if kind.weights is not PortfolioStrategy.weights and kind.signals is not PortfolioStrategy.signals:
        raise InputError(
            "E_STRATEGY",
            f"strategy '{kind.__name__}' has both weights and signals.",
            fix="Keep one of them: weights(self, panel, rows, p) or signals(self, panel, p).",
            details={"both": ["weights", "signals"]},
        )
    return kind
