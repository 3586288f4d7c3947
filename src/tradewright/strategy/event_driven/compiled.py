"""Event-driven strategies whose ``on_bar`` is compiled: the speed of arrays, with a memory of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import StrategyCodeError
from tradewright.engine.decide import LONG_ENTRY, LONG_EXIT, SHORT_ENTRY, SHORT_EXIT
from tradewright.engine.simulate import course_of, simulation_of
from tradewright.engine.types import FILL, Simulation
from tradewright.engine.walking.asking import Sight, walk_asking
from tradewright.engine.walking.walk import Account, Span, has_room_for, longer
from tradewright.kernels.asked import asked
from tradewright.strategy.contract import Setting
from tradewright.strategy.event_driven.handles import Handle, values_of
from tradewright.strategy.user_code.running import running

# What a compiled on_bar returns, one | another.
NOTHING, BUY, SELL, EXIT = 0, LONG_ENTRY, SHORT_ENTRY, LONG_EXIT | SHORT_EXIT
_SIDES = {"long": LONG_ENTRY | LONG_EXIT, "short": SHORT_ENTRY | SHORT_EXIT}
_SIDES["both"] = _SIDES["long"] | _SIDES["short"]
_STATE = 16  # numbers that a strategy may remember

Decide = Callable[[npt.NDArray[np.float64], float, npt.NDArray[np.float64]], int]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A function that decides at a close; made by :func:`compiled`."""

    decide: Decide

    @property
    def __func__(self) -> Decide:
        """The function, where a strategy's code is read for its fingerprint."""
        return self.decide

    def __get__(self, strategy: object, kind: type) -> "Compiled":
        """Stay a function without a strategy: compiled code has no ``self``."""
        return self


def compiled(decide: Decide) -> Any:
    """Mark an ``on_bar`` to be compiled.

    It has no ``self`` and no ``ctx``: ``on_bar(past, position, state)``.

    - ``past``: float64 of shape ``(columns, bars so far)``: what ``init`` made, in that order, then
      ``open high low close volume``; ``past[0, -1]`` is now.
    - ``position``: units held, below 0 for a short.
    - ``state``: 16 numbers of your own, 0 at the start.

    It returns ``tw.BUY``, ``tw.SELL``, ``tw.EXIT``, one `|` another, or 0, on every path. Reading outside of
    an array is an error, as in numpy.

    Examples
    --------
    >>> class Cross(EventStrategy):
    ...     def init(self):
    ...         self.fast = self.indicator("sma", period=10)
    ...         self.slow = self.indicator("sma", period=50)
    ...
    ...     @compiled
    ...     def on_bar(past, position, state):
    ...         if past[0, -1] > past[1, -1]:
    ...             return BUY
    ...         return EXIT
    """
    return Compiled(decide)


def run_compiled(name: str, decide: Decide, handles: dict[str, Handle], setting: Setting) -> Simulation:
    """Run a strategy whose ``on_bar`` is compiled.

    Raises
    ------
    StrategyCodeError
        ``E_STRATEGY_COMPILE`` for code that cannot be compiled, ``E_STRATEGY_CODE`` for what it raised,
        ``E_STRATEGY_RETURN`` for a number that stands for nothing.
    """
    bars, rules, start = setting.bars, setting.rules, setting.start
    ask = _asked(name, decide)
    prices = [bars.columns[column] for column in ("open", "high", "low", "close", "volume")]
    columns = np.ascontiguousarray([*(values_of(handle) for handle in handles.values()), *prices])
    seen = Sight(columns, np.zeros(_STATE))
    course = course_of(bars, setting.signals, rules, setting.surroundings)
    account, equity = Account(rules.cash), np.empty(len(bars) - start)
    fills, first = np.empty(256, FILL), start
    while first < len(bars):
        span = Span(start, first, len(bars), pause=False)
        first = walk_asking(course, seen, ask, _SIDES[rules.direction], account.parts, fills, equity, span)
        if first < 0:
            _tell(name, decide, seen, -1 - first, account)
        if not has_room_for(fills, account.books["fills"][0], course.outside):
            fills = longer(fills, course.outside)
    return simulation_of(bars, course, account, fills, equity, start)


def _tell(name: str, decide: Decide, seen: Sight, bar: int, account: Account) -> NoReturn:
    """Raise what went wrong at the close of `bar`, by asking once more without a compiler."""
    held = account.books[0]
    position = float(held.quantity) if held.side else 0.0
    state: Any = decide
    with running(f"strategy '{name}'", state, len(seen.columns[0])):
        answer = decide(seen.columns[:, : bar + 1].copy(), position, seen.state.copy())
    raise StrategyCodeError(
        "E_STRATEGY_RETURN",
        f"on_bar of strategy '{name}' failed, or returned {answer!r}, at bar {bar}.",
        fix="Return tw.BUY, tw.SELL, tw.EXIT, one | another, or 0; read within what you are given.",
        details={"strategy": name, "bar": bar},
    )


def _asked(name: str, decide: Decide) -> Any:
    try:
        return asked(decide)
    except Exception as failed:  # numba raises many kinds
        lines = [line.strip() for line in str(failed).splitlines() if line.strip()]
        raise StrategyCodeError(
            "E_STRATEGY_COMPILE",
            f"on_bar of strategy '{name}' cannot be compiled: {lines[0] if lines else type(failed).__name__}",
            fix="Use numbers, arrays and numpy in it, or leave @compiled out.",
            details={"strategy": name, "text": str(failed)},
        ) from failed
