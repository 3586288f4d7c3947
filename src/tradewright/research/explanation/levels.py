"""Where the levels of a position stood, bar after bar, worked out from rules and prices (3.7, 4.2, 5.4)."""

from dataclasses import dataclass
from math import isclose, isnan, nan

from tradewright.engine.columns import SIDES, atr_name, target_name
from tradewright.engine.rule_parts import BreakEven, Level, Target, Trailing
from tradewright.engine.types import STOP_LOSS, TRAILING_STOP, Floats
from tradewright.kernels.ties import above, at_least, at_most, below
from tradewright.research.explanation.record import Record

_CLOSE = 1e-9
_ALL_SHARES = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Moved:
    """A level that began to stand, or moved, after a bar.

    Attributes
    ----------
    what
        ``break_even`` or ``trailing``.
    bar
        After which it stood.
    extreme
        The price that did it.
    level
        Where it stood then.
    """

    what: str
    bar: int
    extreme: float
    level: float


class Levels:
    """The levels of one position; NaN where there is none, or where a record does not say.

    Parameters
    ----------
    side
        +1 long, -1 short.
    price
        Of the first entry.
    decided
        The bar whose close decided it.
    splits
        Units of the fill for one of the deciding bar.
    """

    def __init__(self, record: Record, side: int, price: float, decided: int, splits: float) -> None:
        self.record, self.side, self.decided, self.splits = record, side, decided, splits
        self.entry = self.extreme = price
        self.even, self.by_rules = False, True
        self.shared = 0.0
        rules = record.rules
        self.tolerance = rules.tie_tolerance
        self.stop = self.level(rules.stop_loss, -side, price)
        self.trail = self.trail_from(price, decided)
        self.trails = rules.trailing is not None and rules.trailing.after == 0
        nearest = self.nearer_stop(self.stop, self.trail if self.trails else nan)[0]
        self.distance = abs(price - nearest)
        self.targets = [self.target(i, price) for i in range(len(rules.targets))]
        self.left: list[float] = [nan] * len(self.targets)
        self.begun_inside = -1

    def agree_with(self, recorded: float) -> None:
        """Believe the entry's own stop where the rules say otherwise: the strategy has set its own."""
        found = self.stop_side[0]
        if (isnan(found) and isnan(recorded)) or isclose(found, recorded, rel_tol=_CLOSE):
            return
        self.by_rules = False
        self.stop, self.trail, self.trails = recorded, nan, False
        self.targets = [nan] * len(self.targets)

    # ---------------------------------------------------------------- prices of levels

    def level(self, part: Level | None, way: int, entry: float, number: int = 0) -> float:
        """Return where a stop (``way=-side``) or target (``way=side``) of `entry` stands."""
        if part is None:
            return nan
        if part.unit == "percent":
            return entry * (1 + way * part.value / 100)
        if part.unit == "r":
            return entry + way * part.value * self.distance
        if part.unit == "price":
            return part.value
        if part.unit == "column":
            return self._column(self._own(part, number)) / self.splits
        return entry + way * part.value * self._atr(part, way)

    def _own(self, part: Level, number: int) -> str:
        return target_name(number, self._word) if isinstance(part, Target) else f"stop_{self._word}"

    @property
    def _word(self) -> str:
        return SIDES[self.side < 0]

    def _column(self, name: str | None, bar: int | None = None, own: Floats | None = None) -> float:
        return self.record.column(name or "", self.decided if bar is None else bar, own)

    def _atr(self, part: Level | Trailing | BreakEven, way: int) -> float:
        own = None
        if isinstance(part, Level):
            signals = self.record.signals
            own = signals.atr_target if way == self.side else signals.atr_stop
        return self._column(atr_name(part), own=own) / self.splits

    def target(self, number: int, entry: float) -> float:
        """Return where a target of `entry` stands."""
        return self.level(self.record.rules.targets[number], self.side, entry, number)

    def trail_from(self, entry: float, bar: int) -> float:
        """Return where a trailing stop that is not in percent of the extreme begins."""
        part = self.record.rules.trailing
        if part is None:
            return nan
        if part.unit == "percent":
            return entry * (1 - self.side * part.value / 100)
        if part.unit == "column":
            return self._column(f"trail_{self._word}", bar) / self.splits
        return entry - self.side * part.value * self._column(atr_name(part), bar) / self.splits

    # ---------------------------------------------------------------- what stands now

    def nearer(self, a: float, b: float, side: int) -> bool:
        """Say whether a market that moves against `side` meets `a` before `b`."""
        return bool(above(a, b, self.tolerance) if side > 0 else below(a, b, self.tolerance))

    def nearer_stop(self, stop: float, trailing: float) -> tuple[float, int]:
        """Return the stop that is met first, and its reason."""
        if not isnan(trailing) and (isnan(stop) or self.nearer(trailing, stop, self.side)):
            return trailing, TRAILING_STOP
        return stop, STOP_LOSS

    @property
    def stop_now(self) -> float:
        """Where the stop-loss stands, break-even in it."""
        part = self.record.rules.break_even
        if not self.even or part is None:
            return self.stop
        even = self.entry * (1 + self.side * part.offset / 100)
        return even if isnan(self.stop) or self.nearer(even, self.stop, self.side) else self.stop

    @property
    def trailing_now(self) -> float:
        """Where the trailing stop stands; NaN before it has started."""
        return self.trail if self.trails else nan

    @property
    def stop_side(self) -> tuple[float, int]:
        """The nearer of stop and trailing stop, and its reason."""
        return self.nearer_stop(self.stop_now, self.trailing_now)

    def by_nearness(self) -> list[int]:
        """Return the numbers of the targets that stand, the one that is met first before the others (5.4)."""
        left = [i for i, level in enumerate(self.targets) if not isnan(level)]
        found: list[int] = []
        while left:
            best = left[0]
            for i in left[1:]:
                best = i if self.nearer(self.targets[i], self.targets[best], -self.side) else best
            found.append(best)
            left.remove(best)
        return found

    def first_to_fill(self, held: float, entered: float) -> float:
        """Return where the first target stands whose share comes to a lot; NaN for none."""
        shared = self.shared
        for i in self.by_nearness():
            if self._wanted(i, held, entered, shared) > 0:
                return self.targets[i]
            shared += self.record.rules.targets[i].share
        return nan

    def lost(self, price: float, level: float) -> bool:
        """Say whether `price` is at `level` or beyond, against the position."""
        meets = at_most if self.side > 0 else at_least
        return bool(meets(price, level, self.tolerance))

    def won(self, price: float, level: float) -> bool:
        """Say whether `price` fills a target at `level`."""
        if self.record.rules.limit_fill == "through":
            return self.nearer(price, level, self.side)
        meets = at_least if self.side > 0 else at_most
        return bool(meets(price, level, self.tolerance))

    # ---------------------------------------------------------------- as time goes by

    def split(self, units: float) -> None:
        """Restate everything in units of which `units` have become of one (3.1)."""
        self.splits *= units
        self.entry /= units
        self.extreme /= units
        self.stop /= units
        self.distance /= units
        self.trail /= units
        self.targets = [level / units for level in self.targets]
        self.left = [left * units for left in self.left]

    def add(self, average: float) -> None:
        """Recompute what depends on the entry price (5.4)."""
        rules = self.record.rules
        self.entry = average
        if rules.stop_loss is not None and rules.stop_loss.unit not in {"price", "column"}:
            self.stop = self.level(rules.stop_loss, -self.side, average)
        for i, part in enumerate(rules.targets):
            moves = part.unit not in {"price", "column"} and isnan(self.left[i])
            if moves and not isnan(self.targets[i]):
                self.targets[i] = self.target(i, average)

    def take(self, quantity: float, held: float, entered: float, reference: float) -> int:
        """Note that `quantity` of `held` filled at a target; return its number, -1 when none fits.

        Targets before it whose share comes to no lot are passed over.
        """
        for number in self.by_nearness():
            wanted = self._wanted(number, held, entered, self.shared)
            if isnan(self.left[number]):
                self.shared += self.record.rules.targets[number].share
            self.left[number] = max(0.0, wanted - quantity)
            if quantity < wanted * (1 - 1e-12):
                return number
            level, self.targets[number] = self.targets[number], nan
            if wanted > 0:
                return number if self.won(reference, level) or self.lost(reference, level) else -1
        return -1

    def _wanted(self, number: int, held: float, entered: float, shared: float) -> float:
        if not isnan(self.left[number]):
            return min(held, self.left[number])
        share = self.record.rules.targets[number].share
        last = shared + share >= _ALL_SHARES
        return held if last else min(held, in_lots(share * entered, self.record.bars.instrument.lot))

    def follow(self, bar: int) -> list[Moved]:
        """Take a bar in that the position was held over; return what began to stand (3.7)."""
        rules, bars = self.record.rules, self.record.bars
        if bar != self.begun_inside:
            self.extreme = (
                max(self.extreme, float(bars.high[bar]))
                if self.side > 0
                else min(self.extreme, float(bars.low[bar]))
            )
        self._trail_on(bar)
        moved: list[Moved] = []
        if rules.trailing is not None and not self.trails:
            start = self.entry * (1 + self.side * rules.trailing.after / 100)
            self.trails = self._gained(start)
            moved += [Moved("trailing", bar, self.extreme, self.trail)] if self.trails else []
        if rules.break_even is not None and not self.even:
            self.even = self._gained(self._even_from(rules.break_even))
            moved += [Moved("break_even", bar, self.extreme, self.stop_now)] if self.even else []
        return moved

    def _gained(self, start: float) -> bool:
        meets = at_least if self.side > 0 else at_most
        return bool(meets(self.extreme, start, self.tolerance))

    def _even_from(self, part: BreakEven) -> float:
        if part.unit == "percent":
            return self.entry * (1 + self.side * part.after / 100)
        size = self.distance if part.unit == "r" else self._atr(part, 0)
        return self.entry + self.side * part.after * size

    def _trail_on(self, bar: int) -> None:
        part = self.record.rules.trailing
        if part is None:
            return
        if part.unit == "percent":
            self.trail = self.extreme * (1 - self.side * part.value / 100)
        elif part.unit == "atr":
            self.trail = self.trail_from(self.extreme, self.decided)
        else:
            level = self._column(f"trail_{self._word}", bar)
            if part.unit == "chandelier":
                level = self.extreme - self.side * part.value * self._column(atr_name(part), bar)
            if not isnan(level):
                self.trail = max(self.trail, level) if self.side > 0 else min(self.trail, level)


def in_lots(quantity: float, lot: float) -> float:
    """Floor a quantity to whole lots (5.1)."""
    return lot * float((quantity / lot + 1e-9) // 1) if lot > 0 else quantity
