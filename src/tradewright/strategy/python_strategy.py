"""Strategies written in Python: typed parameters in, one vectorised decision out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from tradewright.core import validation
from tradewright.core.bars import Bars
from tradewright.core.errors import InputError, ParameterError
from tradewright.engine.types import Signals
from tradewright.strategy.checks.foresight import copied, require_no_foresight
from tradewright.strategy.checks.returned import checked_signals, named_columns
from tradewright.strategy.checks.row_labels import require_bar_order
from tradewright.strategy.contract import Prepared
from tradewright.strategy.document.cursor import snake
from tradewright.strategy.indicators import ties_as_wide_as
from tradewright.strategy.user_code.declared import declared_rules
from tradewright.strategy.user_code.identity import identity_of
from tradewright.strategy.user_code.running import running


class StrategyParams(BaseModel):
    """Base of a strategy's ``Params``: frozen, unknown names refused, bounds declared on fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Strategy(ABC):
    """Base of strategies written in Python.

    Attributes
    ----------
    id
        Identifier; by default the class name in snake_case.
    title
        Name for people; by default the class name.
    rules
        Overrides for the rules of a run, for example ``{"stop_loss": 2.0, "direction": "both"}``, or
        ``{"stop_loss": {"unit": "column"}}`` for a stop at the prices in ``columns["stop_long"]``.

    Examples
    --------
    >>> class Breakout(Strategy):
    ...     class Params(StrategyParams):
    ...         period: int = Field(20, ge=2)
    ...
    ...     def signals(self, bars, p):
    ...         upper = indicator("sma", bars, period=p.period)
    ...         return Signals(
    ...             long_entry=crosses_above(bars.close, upper),
    ...             long_exit=crosses_below(bars.close, upper),
    ...         )
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    rules: ClassVar[Mapping[str, Any]] = {}

    class Params(StrategyParams):
        """No parameters, unless the strategy declares some."""

    @abstractmethod
    def signals(self, bars: Bars, p: Any) -> Signals:
        """Decide at every close.

        Parameters
        ----------
        bars
            The series. The value at bar i may use bars up to i only.
        p
            The bound ``Params``.

        Returns
        -------
        Signals
            Boolean arrays of ``len(bars)``; leave out what never happens. Prices and sizes that the rules
            read (units in ``column``) go into `columns`.
        """

    def warmup(self, p: Any) -> int:
        """Return how many leading bars can never decide; 0 unless the strategy knows better."""
        del p
        return 0


class PythonStrategy(Prepared):
    """A :class:`Strategy` with its parameters bound."""

    def __init__(self, strategy: Strategy | type[Strategy], params: Mapping[str, Any]) -> None:
        kind = strategy if isinstance(strategy, type) else type(strategy)
        self.id = kind.id or snake(kind.__name__)
        self.title = kind.title or kind.__name__
        self.context = None
        self._strategy = _instance(strategy, self.id)
        self._bound = validation.build(
            _params_class(kind, self.id), dict(params), kind="parameter", owner=f"strategy '{self.id}'"
        )
        self.params = self._bound.model_dump(mode="json")
        self._identity, self._said = identity_of(kind, None if isinstance(strategy, type) else strategy)
        self.warnings = self._said

    def canonical(self) -> dict[str, Any]:
        """Return the class's name, the SHA-256 of its source, its state, its parameters and rules."""
        return {**self._identity, "params": self.params, "rules": self.rules()}

    def rules(self) -> dict[str, Any]:
        """Return the overrides that the class declares."""
        return declared_rules(self._strategy.rules, self.id)

    def warmup(self, bars: Bars) -> int:
        """Return what the class says, at least 0."""
        with running(f"strategy '{self.id}'", type(self._strategy), len(bars)):
            return max(0, int(self._strategy.warmup(self._bound)))

    def signals(self, bars: Bars, tie_tolerance: float) -> Signals:
        """Run the user's code and check what it returns, also with later bars hidden.

        Raises
        ------
        StrategyCodeError
            ``E_STRATEGY_CODE`` when it raised, ``E_STRATEGY_RETURN`` when it returned no signals,
            ``E_LOOKAHEAD`` when a bar's decision depends on bars after it.
        """
        untouched = copied(self._strategy)
        found = self._decided(self._strategy, bars, tie_tolerance)
        unchecked = require_no_foresight(
            self.id, bars, found, lambda part: self._decided(copied(untouched), part, tie_tolerance)
        )
        self.warnings = (*self._said, *unchecked)
        return found

    def _decided(self, strategy: Strategy, bars: Bars, tie_tolerance: float) -> Signals:
        with (
            running(f"strategy '{self.id}'", type(self._strategy), len(bars)),
            ties_as_wide_as(tie_tolerance),
        ):
            returned: Any = strategy.signals(bars, self._bound)
        if isinstance(returned, Signals):
            columns = {field.name: getattr(returned, field.name) for field in fields(Signals)}
            for name, column in {**columns, **named_columns(returned, self.id)}.items():
                require_bar_order(column, name, self.id, bars)
        return checked_signals(returned, self.id, len(bars))


def _instance(strategy: Strategy | type[Strategy], name: str) -> Strategy:
    if not isinstance(strategy, type):
        return strategy
    missing: frozenset[str] = getattr(strategy, "__abstractmethods__", frozenset())
    if missing:
        raise InputError(
            "E_STRATEGY",
            f"strategy '{name}' has no method 'signals'.",
            fix="Define signals(self, bars, p) -> Signals.",
            details={"missing": sorted(missing)},
        )
    with running(f"strategy '{name}'", strategy, None):
        return strategy()


def _params_class(kind: type[Strategy], name: str) -> type[BaseModel]:
    declared: Any = kind.Params
    if isinstance(declared, type) and issubclass(declared, BaseModel):
        return declared
    raise ParameterError(
        "E_PARAMETER",
        f"Params of strategy '{name}' must be a class of typed fields.",
        fix="Write: class Params(StrategyParams): period: int = 20",
    )
