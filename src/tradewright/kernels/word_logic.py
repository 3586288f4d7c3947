"""Conditions and groups on words of 64 bars: what :mod:`tradewright.kernels.truth` says, two bits a bar.

A truth is a pair of rows, where true and where false. Kleene's *and* is ``T & T`` and ``F | F``, *or* the
other way round, *not* changes the two.
"""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.bits import Words
from tradewright.kernels.truth import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL

Numbers = npt.NDArray[np.int64]

# What a condition is: a comparison of truth.py, or one of these.
CROSSES_ABOVE, CROSSES_BELOW, BETWEEN, OUTSIDE, KNOWN_TRUTH = range(6, 11)
# What a step of a program does.
PUSH, ALL, ANY, NONE, AT_LEAST = range(5)
_NONE = np.uint64(0)


@kernel
def shift(rows: Words, row: int, by: int, target: Words, into: int) -> None:
    """Write a row moved `by` bars on into another: bit ``j`` is what bar ``j - by`` had, else 0."""
    words = rows.shape[1]
    whole, part = by >> 6, np.uint64(by & 63)
    for w in range(words - 1, -1, -1):
        moved = _NONE
        if w >= whole:
            moved = rows[row, w - whole] << part
            if part > 0 and w > whole:
                moved |= rows[row, w - whole - 1] >> (np.uint64(64) - part)
        target[into, w] = moved


@kernel
def over_last(rows: Words, row: int, n: int, every: bool, spare: Words) -> None:
    """Replace a row by whether it was set at any, or `every`, of the last `n` bars; `spare` is one row."""
    covered = 1
    while covered < n:
        by = min(covered, n - covered)
        shift(rows, row, by, spare, 0)
        for w in range(rows.shape[1]):
            if every:
                rows[row, w] &= spare[0, w]
            else:
                rows[row, w] |= spare[0, w]
        covered += by


@kernel
def look_back(true: Words, false: Words, row: int, for_last: int, within_last: int, spare: Words) -> None:
    """Apply the lookbacks of a condition to its truth (engine.md 2.3, 2.4)."""
    if for_last > 1:
        for w in range(true.shape[1]):
            false[row, w] |= true[row, w]  # known
        over_last(false, row, for_last, True, spare)
        over_last(true, row, for_last, True, spare)
        for w in range(true.shape[1]):
            false[row, w] &= ~true[row, w]
    if within_last > 1:
        over_last(true, row, within_last, False, spare)
        over_last(false, row, within_last, True, spare)


@kernel
def compare_words(code: int, over: np.uint64, under: np.uint64, known: np.uint64) -> np.uint64:
    """Return where a comparison holds."""
    if code == GREATER:
        return over
    if code == GREATER_EQUAL:
        return known & ~under
    if code == LESS:
        return under
    if code == LESS_EQUAL:
        return known & ~over
    if code == EQUAL:
        return known & ~(over | under)
    return known & (over | under)


@kernel
def comparison(  # noqa: PLR0913, PLR0917 - two rows in, two rows out
    code: int, over: Words, under: Words, known: Words, true: Words, false: Words, row: int
) -> None:
    """Fill in the truth of a comparison; `over`, `under` and `known` are single rows."""
    for w in range(known.size):
        holds = compare_words(code, over[w], under[w], known[w])
        true[row, w] = holds
        false[row, w] = known[w] & ~holds


@kernel
def crossing(far: Words, known: Words, true: Words, false: Words, row: int) -> None:
    """Fill in the truth of a cross: `far` now, and known and not a bar ago (2.3)."""
    one, rest = np.uint64(1), np.uint64(63)
    # The first word by itself, so that the others are worked out side by side.
    both = known[0] & (known[0] << one)
    true[row, 0] = both & far[0] & ~(far[0] << one)
    false[row, 0] = both & ~true[row, 0]
    for w in range(1, known.size):
        was_far = (far[w] << one) | (far[w - 1] >> rest)
        both = known[w] & ((known[w] << one) | (known[w - 1] >> rest))
        holds = both & far[w] & ~was_far
        true[row, w] = holds
        false[row, w] = both & ~holds


@kernel
def combine(match: int, count: int, first: int, members: int, true: Words, false: Words) -> None:
    """Put the truth of a group where its first member's was; members are in rows `first` and on."""
    words = true.shape[1]
    if match == AT_LEAST:
        reach(true, first, members, count)
        reach(false, first, members, members - count + 1)
        return
    for k in range(first + 1, first + members):
        for w in range(words):
            if match == ALL:
                true[first, w] &= true[k, w]
                false[first, w] |= false[k, w]
            else:
                true[first, w] |= true[k, w]
                false[first, w] &= false[k, w]
    if match == NONE:
        for w in range(words):
            true[first, w], false[first, w] = false[first, w], true[first, w]


@kernel
def reach(rows: Words, first: int, members: int, count: int) -> None:
    """Put where at least `count` of the member rows are set into the first of them."""
    at_least = np.empty(count + 1, np.uint64)
    for w in range(rows.shape[1]):
        at_least[:] = _NONE
        at_least[0] = ~_NONE
        for k in range(first, first + members):
            for c in range(count, 0, -1):
                at_least[c] |= at_least[c - 1] & rows[k, w]
        rows[first, w] = at_least[count]
