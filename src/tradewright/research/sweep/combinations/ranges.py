"""Ranges as people write them: ``5..50:5``, ``0.5..3:0.5``, ``1..3:0.5atr``, and ``0.5..3`` to draw from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, overload

from tradewright.core.errors import InputError

# Beyond, whole numbers are no longer told apart as floats, and no parameter or rule goes there.
MOST_VALUE = 10**15
NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(
    rf"(?P<head>[A-Za-z_]+:)?(?P<low>{NUMBER})\.\.(?P<high>{NUMBER})(?::(?P<step>{NUMBER}))?"
    r"(?P<tail>%|[A-Za-z][\w()%]*)?"
)
_WHOLE = re.compile(r"[+-]?\d+(?:[eE]\+?\d+)?")
# Digits enough for every number of a range: sums of them are exact.
_DIGITS = 50
# Decimals of what is drawn from an interval, after the first digit of its length.
_FINE = 6


@dataclass(frozen=True, slots=True)
class Steps(Sequence[Any]):
    """Evenly spaced numbers, made one at a time; with words around them texts such as ``1.5atr``."""

    low: Decimal
    step: Decimal
    total: int
    whole: bool
    head: str = ""
    tail: str = ""

    def __len__(self) -> int:
        """Return how many there are."""
        return self.total

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        """Return the value at `place`, as exact as its digits: 0.3, where 0.1 + 0.2 is not."""
        if isinstance(place, slice):
            return self.at(range(*place.indices(self.total)))
        if not 0 <= place < self.total:
            raise IndexError(place)
        return self.at([place])[0]

    def at(self, places: Iterable[int]) -> list[Any]:
        """Return the values at several places, which must be there."""
        with localcontext(prec=_DIGITS):
            values = [self.low + place * self.step for place in places]
        if self.head or self.tail:
            return [f"{self.head}{_shortest(value)}{self.tail}" for value in values]
        return [int(value) for value in values] if self.whole else [float(value) for value in values]


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two; with words around them texts."""

    low: float
    high: float
    head: str = ""
    tail: str = ""


def finely(interval: Interval) -> Steps:
    """Return an interval in so small steps that it is no matter, and numbers that can be read and typed."""
    with localcontext(prec=_DIGITS):
        low, high = Decimal(repr(interval.low)), Decimal(repr(interval.high))
        step = Decimal(1).scaleb((high - low).adjusted() - _FINE)
    return Steps(low, step, _count(low, high, step), whole=False, head=interval.head, tail=interval.tail)


def count_of(values: Sequence[Any]) -> int:
    """Return how many values there are, which may be more than ``len`` can say."""
    return values.total if isinstance(values, Steps) else len(values)


def whole_numbers(given: range) -> Steps:
    """Return Python's range as steps, of which no more are made than are asked for."""
    beyond = given.stop + (-1 if given.step > 0 else 1)
    count = max(0, (beyond - given.start) // given.step + 1)
    return Steps(Decimal(given.start), Decimal(given.step), count, whole=True)


def read_range(axis: str, text: str, *, drawn: bool) -> Steps | Interval:
    """Read ``LOW..HIGH`` or ``LOW..HIGH:STEP``; both ends are included.

    Parameters
    ----------
    drawn
        Whether values are drawn from it: then decimals without a step are an interval.

    Raises
    ------
    InputError
        ``E_GRID`` for what is no range, has its ends swapped, or no step where it needs one.
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        raise _wrong(axis, text, "is no range.", "Write LOW..HIGH:STEP, for instance 5..50:5 or 0.5..3:0.5.")
    head, tail = found["head"] or "", found["tail"] or ""
    low, high = (_decimal(axis, text, found[end]) for end in ("low", "high"))
    if low > high:
        raise _wrong(axis, text, "begins above its end.", f"Write {found['high']}..{found['low']}.")
    whole = all(_WHOLE.fullmatch(part) for part in found.group("low", "high", "step") if part is not None)
    if found["step"] is None and not whole and low < high:
        if drawn:
            return Interval(float(low), float(high), head, tail)
        raise _wrong(
            axis, text, "has decimals and no step.", f"Write for instance {text}:0.1, or draw with samples=."
        )
    step = Decimal(1) if found["step"] is None else _decimal(axis, text, found["step"])
    if step <= 0:
        raise _wrong(axis, text, "has a step that leads nowhere.", "Write a step above 0.")
    return Steps(low, step, _count(low, high, step), whole, head, tail)


def _decimal(axis: str, text: str, written: str) -> Decimal:
    value = Decimal(written)
    if abs(value) > MOST_VALUE:
        raise _wrong(
            axis, text, "goes beyond what numbers can tell apart.", f"Stay within {MOST_VALUE:,} both ways."
        )
    return value


def _count(low: Decimal, high: Decimal, step: Decimal) -> int:
    with localcontext(prec=_DIGITS):
        span = high - low
        # A step so small that its count has no end in digits is too many whatever the exact number.
        return 10**_DIGITS if span > step * 10**30 else int(span / step) + 1


def _shortest(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _wrong(axis: str, text: str, what: str, fix: str) -> InputError:
    return InputError(
        "E_GRID", f"axis '{axis}': '{text}' {what}", fix=fix, details={"axis": axis, "value": text}
    )
