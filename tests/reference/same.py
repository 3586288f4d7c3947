"""Where two outcomes of one run differ."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

from tests.reference.records import Outcome, Trade

RELATIVE = 1e-12


def differences(got: Outcome, expected: Outcome) -> list[str]:
    """Fills and counters bit for bit; equity and trades to rounding. Empty when they are the same."""
    return [*_fills(got, expected), *_rest(got, expected)]


def bits(thing: Any) -> tuple[str, ...]:
    """The very bits of every field; NaN equals NaN."""
    values = dataclasses.astuple(thing)
    return tuple(value.hex() if isinstance(value, float) else str(value) for value in values)


def _fills(got: Outcome, expected: Outcome) -> Iterator[str]:
    for number, (one, other) in enumerate(zip(got.fills, expected.fills, strict=False)):
        if bits(one) != bits(other):
            names = [field.name for field in dataclasses.fields(one)]
            wrong = [name for name, a, b in zip(names, bits(one), bits(other), strict=True) if a != b]
            yield f"fill {number}: {', '.join(wrong)}"
            return
    if len(got.fills) != len(expected.fills):
        yield f"{len(got.fills)} fills instead of {len(expected.fills)}"


def _rest(got: Outcome, expected: Outcome) -> Iterator[str]:
    for name, count in expected.counters.items():
        if got.counters[name] != count:
            yield f"counter {name}: {got.counters[name]} instead of {count}"
    if got.bars_held != expected.bars_held:
        yield f"bars_held: {got.bars_held} instead of {expected.bars_held}"
    yield from _equity(got.equity, expected.equity)
    yield from _trades("trade", got.trades, expected.trades)
    yield from _trades("open trade", got.open_trades, expected.open_trades)


def _equity(got: Sequence[float], expected: Sequence[float]) -> Iterator[str]:
    scale = max(1.0, *(abs(value) for value in expected))
    if len(got) != len(expected):
        yield f"equity of {len(got)} bars instead of {len(expected)}"
    for bar, (one, other) in enumerate(zip(got, expected, strict=False)):
        if not _near(one, other, scale):
            yield f"equity of bar {bar} of the window: {one!r} instead of {other!r}"
            return


def _trades(what: str, got: Sequence[Trade], expected: Sequence[Trade]) -> Iterator[str]:
    if len(got) != len(expected):
        yield f"{len(got)} {what}s instead of {len(expected)}"
    for number, (one, other) in enumerate(zip(got, expected, strict=False)):
        amount = max(1.0, other.entry_price * other.quantity)
        for field in dataclasses.fields(one):
            a, b = getattr(one, field.name), getattr(other, field.name)
            scale = 1e-3 if field.name in {"mae", "mfe"} else amount
            if not _near(float(a), float(b), scale):
                yield f"{what} {number}, {field.name}: {a!r} instead of {b!r}"


def _near(one: float, other: float, scale: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other or abs(one - other) <= RELATIVE * max(abs(other), scale)
