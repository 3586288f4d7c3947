"""What a run is given: bars, signals, rules and what lies around them, as plain Python numbers."""

import math
from dataclasses import dataclass

from tests.reference.ties import Ties
from tradewright.core.bars import Bars
from tradewright.engine.columns import atr_name
from tradewright.engine.rule_parts import BreakEven, Entry, Level, Trailing
from tradewright.engine.rules import Rules
from tradewright.engine.types import AT_CLOSE, NOWHERE, Signals, Surroundings


@dataclass(frozen=True)
class Bar:
    """One bar's prices."""

    open: float
    high: float
    low: float
    close: float

    def extreme(self, way: int) -> float:
        """Where the way up (+1) or down (-1) ends."""
        return self.high if way > 0 else self.low


@dataclass(frozen=True)
class When:
    """The bar of a fill, and where in it."""

    bar: int
    moment: int


@dataclass(frozen=True)
class Event:
    """A payment or a split at a time of its own."""

    time: int
    reason: int
    value: float


class World:
    """Everything that does not change while a run lives."""

    def __init__(
        self, bars: Bars, signals: Signals, rules: Rules, surroundings: Surroundings = NOWHERE
    ) -> None:
        self.bars = _rows(bars)
        self.volume: list[float] = bars.volume.tolist()
        self.time: list[int] = bars.time.tolist()
        self.close_time: list[int] = bars.close_time.tolist()
        self.last = len(self.bars) - 1
        self.instrument = bars.instrument
        self.multiplier = bars.instrument.multiplier
        self.signals = signals
        self.rules = rules
        self.ties = Ties(rules.tie_tolerance)
        self.surroundings = surroundings
        self.events = _events(surroundings)
        self.finer = self._finer_of_each_bar()

    def rate(self, when: When) -> float:
        """Account currency for one of the instrument's (5.7)."""
        place = self.surroundings
        rates = place.rate_close if when.moment == AT_CLOSE else place.rate_open
        return 1.0 if rates is None else float(rates[when.bar])

    def unit(self, when: When) -> float:
        return self.multiplier * self.rate(when)

    def column(self, name: str, bar: int) -> float:
        return float(self.signals.columns[name][bar])

    def atr(self, part: Level | Trailing | BreakEven | Entry, bar: int) -> float:
        """The ATR that a part of the rules is measured in."""
        name = atr_name(part)
        assert name is not None
        return self.column(name, bar)

    def stop_atr(self, part: Level, bar: int) -> float:
        given = self.signals.atr_stop
        return self.atr(part, bar) if given is None else float(given[bar])

    def target_atr(self, part: Level, bar: int) -> float:
        given = self.signals.atr_target
        return self.atr(part, bar) if given is None else float(given[bar])

    def cost_atr(self, when: When) -> float:
        """ATR(14) that slippage is measured in (4.1): of the last bar that was over."""
        bar = when.bar if when.moment == AT_CLOSE else when.bar - 1
        value = math.nan if bar < 0 else self.column("atr:14", bar)
        return 0.0 if math.isnan(value) else value

    def ends_session(self, bar: int) -> bool:
        flags = self.surroundings.session_end
        return flags is not None and bool(flags[bar])

    def _finer_of_each_bar(self) -> list[list[Bar]]:
        inside: list[list[Bar]] = [[] for _ in self.bars]
        finer = self.surroundings.finer
        if finer is None:
            return inside
        j = 0
        for time, row in zip(finer.time.tolist(), _rows(finer), strict=True):
            while j <= self.last and self.close_time[j] <= time:
                j += 1
            if j <= self.last and self.time[j] <= time:
                inside[j].append(row)
        return inside


def _rows(bars: Bars) -> list[Bar]:
    names = ("open", "high", "low", "close")
    return [Bar(*row) for row in zip(*(bars.columns[name].tolist() for name in names), strict=True)]


def _events(surroundings: Surroundings) -> list[Event]:
    if surroundings.events is None:
        return []
    return [Event(*row) for row in surroundings.events.tolist()]
