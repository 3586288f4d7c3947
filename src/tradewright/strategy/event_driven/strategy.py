"""Strategies that are asked at every close what to do."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.strategy.event_driven.context import Context
from tradewright.strategy.event_driven.handles import Handle, computed, crossing
from tradewright.strategy.python_strategy import StrategyParams


class EventStrategy:
    """Base of strategies that decide bar by bar, with orders and state of their own.

    They fill by the same matching rule as any other, and come to the same trades as a strategy that
    decides the same with arrays. Arrays are many times faster; this is for what depends on the position,
    on earlier orders or on state.

    Attributes
    ----------
    id, title
        Identifier and name for people; by default from the class name.
    rules
        Overrides for the rules of a run, for example ``{"stop_loss": 2.0, "direction": "both"}``.
    p
        The bound ``Params``.

    Examples
    --------
    >>> class Cross(EventStrategy):
    ...     class Params(StrategyParams):
    ...         fast: int = 10
    ...         slow: int = 50
    ...
    ...     def init(self):
    ...         self.fast = self.indicator("sma", period=self.p.fast)
    ...         self.slow = self.indicator("sma", period=self.p.slow)
    ...
    ...     def on_bar(self, ctx):
    ...         if ctx.position == 0 and ctx.fast > ctx.slow:
    ...             ctx.buy()
    ...         elif ctx.position > 0 and ctx.fast < ctx.slow:
    ...             ctx.exit()
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    rules: ClassVar[Mapping[str, Any]] = {}

    p: Any
    _bars: Bars | None = None

    class Params(StrategyParams):
        """No parameters, unless the strategy declares some."""

    def init(self) -> None:
        """Make what the strategy looks at; called once, before the first bar."""

    def on_bar(self, ctx: Context) -> None:
        """Decide at a close; called once a bar, in order."""
        raise NotImplementedError

    def indicator(self, module: str, **options: Any) -> Handle:
        """Return one output of a module, to be kept as an attribute: ``self.fast = ...``.

        Parameters
        ----------
        module
            Module id, such as ``"sma"``.
        **options
            ``output``, ``timeframe`` and the module's parameters, as for ``tw.indicator``.
        """
        return computed(self._in_init(), module, options)

    def crosses_above(self, a: Handle | float, b: Handle | float) -> Handle:
        """Return a column that is 1.0 where `a` crosses above `b` by the tie rule, else 0.0."""
        return crossing(a, b, upwards=True)

    def crosses_below(self, a: Handle | float, b: Handle | float) -> Handle:
        """Return a column that is 1.0 where `a` crosses below `b` by the tie rule, else 0.0."""
        return crossing(a, b, upwards=False)

    def look_at(self, bars: Bars) -> None:
        """Take the series of a run; the engine calls this before ``init``."""
        self._bars = bars

    def _in_init(self) -> Bars:
        if self._bars is None:
            raise InputError(
                "E_STRATEGY",
                "columns are made in init, before the first bar.",
                fix="Call self.indicator(...) in init and read ctx.NAME in on_bar.",
            )
        return self._bars
