"""An event-driven strategy with its parameters bound."""

from collections.abc import Mapping
from typing import Any

from tradewright.core import validation
from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.engine.types import Signals, Simulation
from tradewright.strategy.contract import Setting, Stepwise
from tradewright.strategy.document.cursor import snake
from tradewright.strategy.event_driven.compiled import Compiled, run_compiled
from tradewright.strategy.event_driven.context import RESERVED, context_class
from tradewright.strategy.event_driven.handles import handles_of
from tradewright.strategy.event_driven.loop import EventLoop
from tradewright.strategy.event_driven.strategy import EventStrategy
from tradewright.strategy.indicators import ties_as_wide_as
from tradewright.strategy.user_code.declared import declared_rules
from tradewright.strategy.user_code.identity import identity_of
from tradewright.strategy.user_code.running import running


class EventDriven(Stepwise):
    """An :class:`EventStrategy` with its parameters bound; each run asks a new one."""

    def __init__(self, kind: type[EventStrategy], params: Mapping[str, Any]) -> None:
        self.id = kind.id or snake(kind.__name__)
        self.title = kind.title or kind.__name__
        self.context = None
        if kind.on_bar is EventStrategy.on_bar:
            raise InputError(
                "E_STRATEGY",
                f"strategy '{self.id}' has no method 'on_bar'.",
                fix="Define on_bar(self, ctx).",
                details={"missing": ["on_bar"]},
            )
        self._kind = kind
        self._bound = validation.build(
            kind.Params, dict(params), kind="parameter", owner=f"strategy '{self.id}'"
        )
        self.params = self._bound.model_dump(mode="json")
        self._identity, self.warnings = identity_of(kind, None)

    def canonical(self) -> dict[str, Any]:
        """Return the class's name, the SHA-256 of its source, its parameters and rules."""
        return {**self._identity, "params": self.params, "rules": self.rules()}

    def rules(self) -> dict[str, Any]:
        """Return the overrides that the class declares."""
        return declared_rules(self._kind.rules, self.id)

    def warmup(self, bars: Bars) -> int:
        """Return 0: an event-driven strategy is asked at every close."""
        del bars
        return 0

    def simulate(self, setting: Setting) -> Simulation:
        """Ask a new instance at every close.

        Raises
        ------
        StrategyCodeError
            ``E_STRATEGY_CODE`` for what the user's code raised, ``E_STRATEGY_COMPILE`` for an ``on_bar``
            that cannot be compiled.
        """
        bars, rules = setting.bars, setting.rules
        with running(f"strategy '{self.id}'", self._kind, len(bars)), ties_as_wide_as(rules.tie_tolerance):
            strategy = self._kind()
            strategy.p = self._bound
            strategy.look_at(bars)
            strategy.init()
            handles = handles_of(strategy, RESERVED)
        on_bar: Any = strategy.on_bar
        if isinstance(on_bar, Compiled):
            return run_compiled(self.id, on_bar.decide, handles, setting)
        loop = EventLoop(setting)
        context = context_class(bars, handles)(bars, rules, loop.equity, setting.start)
        with running(f"strategy '{self.id}'", self._kind, len(bars)):
            return loop.run(on_bar, context)

    def signals(self, bars: Bars, tie_tolerance: float) -> Signals:
        """Return no decisions: they depend on the account, which only a run has."""
        del bars, tie_tolerance
        return Signals()
