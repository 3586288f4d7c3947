"""Accepting older classes whose ``generate_signals(frame)`` returns a list of signals.

The frame is pandas, indexed by UTC bar open, with ``open high low close volume``. What comes back is
either one entry per bar, or one mapping per signal:

* per bar: ``"buy" "sell" "hold"``, ``1 -1 0`` or None (hold);
* per signal: ``{"index": 12, "action": "buy"}`` or ``{"timestamp": ..., "action": "sell"}``, where
  ``signal`` and ``type`` stand for ``action`` as well, and the timestamp is a bar's open (UTC if naive).

A buy enters long and leaves short; a sell leaves long and enters short.
"""

import math
import operator
from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import ParameterError, StrategyCodeError
from tradewright.engine.types import Signals
from tradewright.strategy.checks.foresight import copied, require_no_foresight
from tradewright.strategy.checks.row_labels import require_bar_order
from tradewright.strategy.contract import Prepared
from tradewright.strategy.document.cursor import snake
from tradewright.strategy.user_code.identity import identity_of
from tradewright.strategy.user_code.running import running

BUY, HOLD, SELL = 1, 0, -1

_ACTIONS: dict[Any, int] = {
    BUY: BUY, HOLD: HOLD, SELL: SELL,
    "buy": BUY, "long": BUY, "sell": SELL, "short": SELL, "hold": HOLD, "none": HOLD, "": HOLD,
}  # fmt: skip
_ACTION_KEYS = ("action", "signal", "type")
_TIME_KEYS = ("timestamp", "time", "date")


class OlderStrategy(Prepared):
    """A class or instance with ``generate_signals(frame)``; parameters go to the constructor."""

    def __init__(self, strategy: Any, params: Mapping[str, Any]) -> None:
        kind: type = strategy if isinstance(strategy, type) else type(strategy)
        self._kind = kind
        self.id = snake(kind.__name__)
        self.title = str(getattr(kind, "title", "") or kind.__name__)
        self.context = None
        self.params = {name: _typed(value) for name, value in params.items()}
        self._strategy = _instance(strategy, self.id, self.params)
        self._identity, self._said = identity_of(kind, None if isinstance(strategy, type) else strategy)
        self.warnings = self._said

    def canonical(self) -> dict[str, Any]:
        """Return the class's name, the SHA-256 of its source, its state, and its parameters."""
        return {**self._identity, "params": self.params}

    def rules(self) -> dict[str, Any]:
        """Return no overrides: such classes have none."""
        return {}

    def warmup(self, bars: Bars) -> int:
        """Return 0: nothing is known about such a class."""
        del bars
        return 0

    def signals(self, bars: Bars, tie_tolerance: float) -> Signals:
        """Run ``generate_signals`` on the bars as a pandas frame, also with later bars hidden.

        Raises
        ------
        StrategyCodeError
            ``E_STRATEGY_CODE`` when it raised, ``E_STRATEGY_RETURN`` for a list that cannot be read,
            ``E_LOOKAHEAD`` when a bar's decision depends on bars after it.
        """
        del tie_tolerance
        untouched = copied(self._strategy)
        found = self._decided(self._strategy, bars)
        unchecked = require_no_foresight(
            self.id, bars, found, lambda part: self._decided(copied(untouched), part)
        )
        self.warnings = (*self._said, *unchecked)
        return found

    def _decided(self, strategy: Any, bars: Bars) -> Signals:
        frame = bars.to_pandas()
        with running(f"strategy '{self.id}'", self._kind, len(bars)):
            returned: Any = strategy.generate_signals(frame)
        actions = _Reader(self.id, bars).actions(returned)
        buy, sell = actions == BUY, actions == SELL
        return Signals(long_entry=buy, long_exit=sell, short_entry=sell, short_exit=buy)


class _Reader:
    """Reads one returned list against the bars it is about."""

    def __init__(self, strategy: str, bars: Bars) -> None:
        self._strategy = strategy
        self._bars = bars

    def actions(self, returned: Any) -> npt.NDArray[np.int8]:
        """Return BUY, HOLD or SELL per bar."""
        tolist = getattr(returned, "tolist", None)
        listed: Any = tolist() if callable(tolist) else returned
        if not isinstance(listed, list | tuple):
            self._fail(
                f"generate_signals returned a {type(returned).__name__}, not a list.",
                "Return a list of signals.",
            )
        items = cast("Sequence[Any]", listed)
        if items and all(isinstance(item, Mapping) for item in items):
            return self._from_events(items)
        if len(items) != len(self._bars):
            self._fail(
                f"generate_signals returned {len(items):,} entries for {len(self._bars):,} bars.",
                "Return one per bar, or mappings with 'index' or 'timestamp' and 'action'.",
            )
        require_bar_order(returned, "what generate_signals returned", self._strategy, self._bars)
        return np.array([self._action(item, f"entry {row}") for row, item in enumerate(items)], np.int8)

    def _from_events(self, events: Sequence[Mapping[str, Any]]) -> npt.NDArray[np.int8]:
        actions = np.zeros(len(self._bars), np.int8)
        for number, event in enumerate(events):
            where = f"signal {number}"
            key = next((key for key in _ACTION_KEYS if key in event), None)
            if key is None:
                self._fail(f"{where} has no 'action'.", "Write {'index': 12, 'action': 'buy'}.")
            row, action = self._row(event, where), self._action(event[key], where)
            if action and actions[row] == -action:
                self._fail(f"{where} and one before it are about bar {row}, a buy and a sell.", "Keep one.")
            actions[row] = action or actions[row]
        return actions

    def _row(self, event: Mapping[str, Any], where: str) -> int:
        if "index" in event:
            row = _whole(event["index"])
            if row is None or not 0 <= row < len(self._bars):
                self._fail(f"{where} has index {event['index']!r}; bars go from 0 to {len(self._bars) - 1}.")
            return row
        key = next((key for key in _TIME_KEYS if key in event), None)
        if key is None:
            self._fail(f"{where} has neither 'index' nor 'timestamp'.", "Say which bar it is about.")
        at = _utc_ns(event[key])
        row = -1 if at is None else int(np.searchsorted(self._bars.time, at))
        if at is None or row >= len(self._bars) or self._bars.time[row] != at:
            self._fail(
                f"{where} has {key} {event[key]!r}, which is not the open of a bar.",
                "Use times of the frame's index.",
            )
        return row

    def _action(self, value: Any, where: str) -> int:
        plain = getattr(value, "value", value)  # members of an Enum
        if plain is None or (isinstance(plain, float) and math.isnan(plain)):
            return HOLD
        word = plain.strip().casefold() if isinstance(plain, str) else plain
        action = _ACTIONS.get(word) if isinstance(word, Hashable) else None
        if action is None:
            self._fail(f"{where} is {value!r}.", "Use 'buy', 'sell', 'hold', 1, -1, 0 or None.")
        return action

    def _fail(self, what: str, fix: str = "") -> NoReturn:
        raise StrategyCodeError(
            "E_STRATEGY_RETURN",
            f"strategy '{self._strategy}': {what}",
            fix=fix,
            details={"strategy": self._strategy},
        )


def _instance(strategy: Any, name: str, params: dict[str, Any]) -> Any:
    if not isinstance(strategy, type):
        if params:
            raise ParameterError(
                "E_PARAMETER",
                f"strategy '{name}' is an object already, so its parameters are set.",
                fix="Give the class to set parameters.",
                details={"params": params},
            )
        return strategy
    with running(f"strategy '{name}'", strategy, None):
        return strategy(**params)


def _typed(value: Any) -> Any:
    """Read text from a command line as a number where it is one."""
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _whole(value: Any) -> int | None:
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def _utc_ns(value: Any) -> int | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, datetime):
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            moment = aware.astimezone(UTC).replace(tzinfo=None)
        return int(np.datetime64(moment, "ns").astype(np.int64))
    except ValueError:
        return None
