"""From a run's record to the explanation of one trade."""

from math import isclose, isnan, nan

from tradewright.engine.columns import SIDES
from tradewright.engine.types import (
    AT_CLOSE,
    INSIDE,
    LIQUIDATION,
    MARKET,
    REASONS,
    SPLIT,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
)
from tradewright.research.explanation.carrying import event_step, moved_step
from tradewright.research.explanation.entering import decided_step, filled_step, protected_step, sized_step
from tradewright.research.explanation.figures import moment, number, percent, signed
from tradewright.research.explanation.held import Held
from tradewright.research.explanation.leaving import (
    PROTECTIVE,
    Leaving,
    Standing,
    exit_decision,
    left_step,
    reading_step,
    standing,
)
from tradewright.research.explanation.levels import Levels
from tradewright.research.explanation.record import Record, Row, TradeRows
from tradewright.research.explanation.result import result_step
from tradewright.research.explanation.told import Explanation, Step

_LEVEL_CLOSE = 1e-9


def explain(record: Record, number: int) -> Explanation:
    """Tell why a trade went as it did: which order met which price in which bar, and what it cost.

    Every number is taken from the record or worked out again from it; what it does not say is not told.

    Parameters
    ----------
    number
        Of the trade, from 1: the closed ones by exit, then what is still open.

    Raises
    ------
    InputError
        ``E_TRADE`` when there is none of that number.
    """
    told = record.trade(number)
    teller = Teller(record, told)
    for row in told.rows:
        teller.tell(row)
    if told.is_open:
        teller.follow(len(record.bars) - 1)
    steps = (*teller.in_order(), result_step(record, told, teller.held))
    return Explanation(number, title_of(record, told), steps)


def title_of(record: Record, told: TradeRows) -> str:
    """Return a trade on one line."""
    trade = told.trade
    side = SIDES[int(trade["side"] < 0)]
    how = "still open" if told.is_open else REASONS[int(trade["exit_reason"])].replace("_", " ")
    entry, exit_ = moment(int(trade["entry_time"])), moment(int(trade["exit_time"]))
    return (
        f"Trade {told.number:,} of {told.among:,}: {side} {number(float(trade['quantity']))} "
        f"{record.bars.symbol}, {entry} to {exit_}, {how}, {signed(float(trade['pnl']))} {record.currency} "
        f"({percent(float(trade['return']))})"
    )


class Teller:
    """Walks the rows of a trade, keeps position and levels, and tells each thing as it happens."""

    def __init__(self, record: Record, told: TradeRows) -> None:
        self.record, self.told = record, told
        self.held = Held(told.cash)
        self.levels: Levels | None = None
        self.steps: list[Step] = []
        self.at_closes: list[Step] = []  # what closes decided and moved: before what happened at that time
        self._seen = -1  # last bar that the levels have taken in
        self._asked: dict[int, float] = {}  # filled of each entry order so far, by the bar that decided it
        self._left: set[tuple[int, int]] = set()  # exits that have begun: reason and deciding bar
        self._inside: tuple[int, Standing] | None = None
        self._entered_inside = -1

    def tell(self, row: Row) -> None:
        """Tell one row, and what levels did before it."""
        self.follow(row.bar if row.moment == AT_CLOSE else row.bar - 1)
        if row.is_event:
            self._event(row)
        elif self.held.enters(row):
            self._enter(row)
        else:
            self._leave(row)

    def follow(self, bar: int) -> None:
        """Let the levels take in what the position was held over, up to `bar`."""
        levels = self.levels
        while levels is not None and self._seen < bar:
            self._seen += 1
            self.at_closes += [moved_step(self.record, moved, levels) for moved in levels.follow(self._seen)]

    def in_order(self) -> list[Step]:
        """Return all steps by time."""
        return sorted([*self.at_closes, *self.steps], key=lambda step: step.time)

    def _event(self, row: Row) -> None:
        self.steps.append(event_step(self.record, row, self.held))
        before = self.held.quantity
        self.held.take(row)
        if row.reason == SPLIT and self.levels is not None:
            self.levels.split(self.held.quantity / before)

    def _enter(self, row: Row) -> None:
        record, adds = self.record, self.levels is not None
        if row.decided not in self._asked:
            self.at_closes.append(decided_step(record, row, adds=adds))
        self.steps.append(filled_step(record, row))
        filled = self._asked.get(row.decided, 0.0)
        self.steps.append(sized_step(record, row, self.held, self.told.number - 1, filled))
        self._asked[row.decided] = filled + abs(row.quantity)
        self.held.take(row)
        self._protect(row)
        protected = protected_step(record, row, self.held, self._standing_levels)
        self.steps += [] if protected is None else [protected]

    @property
    def _standing_levels(self) -> Levels:
        if self.levels is None:
            raise AssertionError("levels stand only for a position")
        return self.levels

    def _protect(self, row: Row) -> None:
        """Set the levels of an entry, or those of the average that an added one makes."""
        if row.moment == INSIDE:
            self._entered_inside = row.bar
        if self.levels is not None:
            self.levels.add(self.held.price)
            self._inside = None
            return
        splits = self.record.splits(row.decided, row.bar)
        self.levels = Levels(self.record, self.held.side, row.price, row.decided, splits)
        self.levels.agree_with(row.stop)
        if row.moment == INSIDE:
            self.levels.begun_inside = row.bar
        self._seen = row.bar if row.moment == AT_CLOSE else row.bar - 1

    def _leave(self, row: Row) -> None:
        levels, begun = self._standing_levels, (row.reason, row.decided)
        rest = row.reason != TAKE_PROFIT and row.kind == MARKET and self._is_rest(row, begun)
        decision = exit_decision(self.record, row, rest=rest or begun in self._left)
        self.at_closes += [] if decision is None else [decision]
        before = self._before_inside(row)
        level = self._level_met(row)
        fresh = self._entered_inside == row.bar
        leaving = Leaving(row, before, level, self.held, levels, rest, fresh)
        self.steps.append(left_step(self.record, leaving))
        reading = reading_step(self.record, leaving)
        self.steps += [] if reading is None else [reading]
        self._left.add(begun)
        self.held.take(row)

    def _is_rest(self, row: Row, begun: tuple[int, int]) -> bool:
        """Say whether an exit is what an earlier one left: a stop never is a market order at once (4.3)."""
        return begun in self._left or row.reason in {STOP_LOSS, TRAILING_STOP}

    def _before_inside(self, row: Row) -> Standing:
        """Return what stood when the inside of this row's bar began, or after the last entry inside it."""
        if self._inside is None or self._inside[0] != row.bar:
            leaves = any(reason != TAKE_PROFIT for reason, _ in self._left)
            levels = self._standing_levels
            found = standing(self.record, self.held, levels, row.unit, leaves=leaves)
            if row.moment != INSIDE:
                return found  # the open may take some of it yet
            self._inside = row.bar, found
        return self._inside[1]

    def _level_met(self, row: Row) -> float:
        """Return the level that a protective exit met; NaN where what is known does not fit the fill."""
        levels = self._standing_levels
        if row.reason == TAKE_PROFIT:
            prices = list(levels.targets)
            number = levels.take(abs(row.quantity), abs(self.held.quantity), self.held.entered, row.reference)
            level = prices[number] if number >= 0 else nan
            fits = not isnan(level) and levels.won(row.reference, level)
        elif row.reason == LIQUIDATION:
            found = self.held.liquidation(row.unit, self.record.rules.maintenance_margin)
            level = nan if found is None else found
            fits = levels.lost(row.reference, level) or isclose(row.reference, level, rel_tol=_LEVEL_CLOSE)
            return level if fits else nan
        elif row.reason in PROTECTIVE and row.kind != MARKET:
            level = levels.stop_now if row.reason == STOP_LOSS else levels.trailing_now
            fits = levels.lost(row.reference, level)
        else:
            return nan
        exact = row.moment != INSIDE or self.record.rules.intrabar == "magnified"
        close = isclose(row.reference, level, rel_tol=_LEVEL_CLOSE)
        return level if close or (fits and exact) else nan
