"""What a bar's prices do to a position between the open and the close (3.5)."""

from dataclasses import dataclass

from tests.reference.position import Position
from tests.reference.ties import Ties
from tradewright.engine.rules import Rules
from tradewright.engine.types import LIQUIDATION, TAKE_PROFIT


@dataclass(frozen=True)
class Bar:
    """One bar's prices."""

    open: float
    high: float
    low: float
    close: float


@dataclass(frozen=True)
class Exit:
    """How a position leaves: at which raw price, why, and after which prices of its last bar."""

    reference: float
    reason: int
    before: tuple[float, ...] = ()

    @property
    def is_taker(self) -> bool:
        return self.reason != TAKE_PROFIT


@dataclass(frozen=True)
class Brackets:
    """The levels that watch over a position in one bar."""

    side: int
    liquidation: float
    protection: tuple[float, int] | None
    target: float | None

    @classmethod
    def around(
        cls, position: Position, cash: float, multiplier: float, rules: Rules, ties: Ties
    ) -> "Brackets":
        return cls(
            side=position.side,
            liquidation=position.liquidation_price(cash, multiplier, rules.maintenance_margin),
            protection=position.protection(rules, ties),
            target=position.levels.target,
        )

    def gapped(self, opening: float, ties: Ties) -> Exit | None:
        """The first that the open has reached or passed: liquidation, stop, target (3.2)."""
        if ties.reached(opening, self.liquidation, -self.side):
            return Exit(opening, LIQUIDATION)
        if self.protection is not None and ties.reached(opening, self.protection[0], -self.side):
            return Exit(opening, self.protection[1])
        if self.target is not None and ties.reached(opening, self.target, self.side):
            return Exit(opening, TAKE_PROFIT)
        return None

    def loss(self, bar: Bar, ties: Ties) -> Exit | None:
        """The stop side, if touched: the nearer of stop and liquidation (5.3)."""
        level, reason = self.liquidation, LIQUIDATION
        if self.protection is not None:
            stop = self.protection[0]
            liquidation_is_nearer = ties.above(level, stop) if self.side > 0 else ties.below(level, stop)
            if not liquidation_is_nearer:
                level, reason = self.protection
        if not ties.reached(self.adverse(bar), level, -self.side):
            return None
        # A thin margin can put the liquidation of a fresh position on the wrong side of its own open.
        return Exit(min(level, bar.open) if self.side > 0 else max(level, bar.open), reason)

    def win(self, bar: Bar, ties: Ties) -> Exit | None:
        """The target, if the bar's favourable extreme touches it."""
        if self.target is None or not ties.reached(self.favourable(bar), self.target, self.side):
            return None
        return Exit(self.target, TAKE_PROFIT)

    def adverse(self, bar: Bar) -> float:
        return bar.low if self.side > 0 else bar.high

    def favourable(self, bar: Bar) -> float:
        return bar.high if self.side > 0 else bar.low


def adverse_comes_first(bar: Bar, side: int, intrabar: str, ties: Ties) -> bool:
    """Does the bar go against the position before it goes its way?"""
    if intrabar != "path":
        return intrabar == "pessimistic"
    span, centre = bar.high + bar.low, 2 * bar.open
    low_first = ties.at_least(bar.close, bar.open) if ties.equal(span, centre) else span > centre
    return low_first if side > 0 else not low_first


def inside(brackets: Brackets, bar: Bar, intrabar: str, ties: Ties) -> Exit | None:
    """The exit that the bar forces, with the prices that it met before."""
    loss, win = brackets.loss(bar, ties), brackets.win(bar, ties)
    if adverse_comes_first(bar, brackets.side, intrabar, ties):
        first, second, met = loss, win, brackets.adverse(bar)
    else:
        first, second, met = win, loss, brackets.favourable(bar)
    if first is not None:
        return Exit(first.reference, first.reason, (bar.open,))
    if second is not None:
        return Exit(second.reference, second.reason, (bar.open, met))
    return None
