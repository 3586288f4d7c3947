"""Whether a user's own code decides from the past alone: decided again with later bars hidden."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import cycle
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import StrategyCodeError
from tradewright.engine.types import Floats, Signals
from tradewright.strategy.user_code.printing import unheard

_DECISIONS = ("long_entry", "long_exit", "short_entry", "short_exit")
_RANGES = ("atr_stop", "atr_target")
_SHORTEST = 2
_SELDOM = 4
_PARTS = 5
# An average may end in other last digits on fewer bars (SIMD, FFT) without having seen the future.
_ROUNDING = 1e-9


def require_no_foresight(
    strategy: str, bars: Bars, whole: Signals, decide: Callable[[Bars], Signals]
) -> tuple[str, ...]:
    """Compare what was decided on all bars with what is decided when later bars are hidden.

    Hidden is what follows a decision: a rare one, such as a jump that the code saw coming, is missed by
    cuts at fixed places. There are four cuts, at the turns nearest to 1/5, 2/5, 3/5, and 4/5 of the bars,
    and one before the last bar: together about three times the time of the first decision when turns are
    spread evenly, never more than five. It is a test, no proof. What the code prints meanwhile is dropped,
    since it has been printed already.

    Parameters
    ----------
    strategy
        Id, for the message.
    whole
        What `decide` returned for `bars`.

    Returns
    -------
    tuple of str
        A warning ``W_FORESIGHT_UNCHECKED`` when the code cannot run on fewer bars; else nothing.

    Raises
    ------
    StrategyCodeError
        ``E_LOOKAHEAD``, naming the signal and the first bar that changed.
    """
    failed: StrategyCodeError | None = None
    for shown in _prefixes(whole, len(bars)):
        try:
            with unheard():
                part = decide(bars.slice(0, shown))
        except StrategyCodeError as error:
            failed = error  # it may need more bars than these
            continue
        failed = None
        _compare(strategy, bars, whole, part, shown)
    if failed is None:
        return ()
    why = failed.message.rstrip(".")
    return (f"W_FORESIGHT_UNCHECKED: nobody knows whether it looks ahead: without the last bar, {why}.",)


def copied(strategy: Any) -> Any:
    """Return a user's object as it is now, so that what one decision leaves in it misleads no other.

    What cannot be copied (an open file, a lock) is used as it stands.
    """
    try:
        return deepcopy(strategy)
    except Exception:  # noqa: BLE001 - anything may come out of a user's __deepcopy__ or __reduce__
        return strategy


def _prefixes(whole: Signals, bars: int) -> list[int]:
    """Return how many bars to show: to just after a turn near each fifth of them, and all but the last."""
    shown = {bars - 1}
    for part, turns in zip(range(1, _PARTS), cycle(_turns(whole)), strict=False):
        shown |= {_cut(turns, part * bars // _PARTS, shown)}
    return sorted(count for count in shown if _SHORTEST <= count < bars)


def _turns(whole: Signals) -> list[npt.NDArray[np.intp]]:
    """Return the bars where each decision begins, where each level moves, and where each decision ends.

    A few cuts then reach all beginnings first. A column that moves at many bars is left out: any cut is
    near a move.
    """
    columns: list[npt.NDArray[np.bool_]] = [
        column for name in _DECISIONS if (column := getattr(whole, name)) is not None
    ]
    begins = [np.flatnonzero(column[1:] & ~column[:-1]) + 1 for column in columns]
    ends = [np.flatnonzero(column[:-1] & ~column[1:]) + 1 for column in columns]
    moved = [np.flatnonzero(_changed(column[1:], column[:-1])) + 1 for column in whole.columns.values()]
    levels = [rows for rows in moved if 0 < _SELDOM * rows.size < columns[0].size]
    return [*begins, *levels, *ends]


def _changed(one: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    """Say where numbers differ by more than rounding; unknown is unknown."""
    return ~np.isclose(one, other, rtol=_ROUNDING, atol=0.0, equal_nan=True)


def _cut(turns: npt.NDArray[np.intp], at: int, taken: set[int]) -> int:
    """Return how many bars end with the turn nearest to `at`, or just before; else `at` itself."""
    if turns.size:
        turn = int(turns[np.argmin(np.abs(turns - at))])
        for shown in (turn + 1, turn):
            if shown not in taken:
                return shown
    return at


def _compare(strategy: str, bars: Bars, whole: Signals, part: Signals, shown: int) -> None:
    changed = [(int(np.argmax(rows)), name) for name, rows in _differences(whole, part, shown) if rows.any()]
    if not changed:
        return
    row, name = min(changed)
    at = str(np.datetime64(int(bars.time[row]), "ns"))[:19]
    raise StrategyCodeError(
        "E_LOOKAHEAD",
        f"strategy '{strategy}' looks ahead: its {name} at bar {row} ({at}) is another with all "
        f"{len(bars):,} bars than with the first {shown:,}.",
        fix="Decide at bar i from bars up to i only; if the code is random, seed it inside signals. If only "
        "exact ties change, which rounding can decide otherwise on fewer bars, compare with tw.above, which "
        "takes equal values as equal.",
        details={"strategy": strategy, "signal": name, "bar": row, "time": at, "shown": shown},
    )


def _differences(whole: Signals, part: Signals, shown: int) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Yield, for each column of signals, which of the shown bars are decided otherwise."""
    for name in _DECISIONS:
        full, seen = getattr(whole, name), getattr(part, name)
        yield name, _or(full, shown, False) != _or(seen, shown, False)
    for name in _RANGES:
        full, seen = (_or(getattr(side, name), shown, np.nan) for side in (whole, part))
        yield name, _changed(full, seen)
    for name in sorted({*whole.columns, *part.columns}):
        full, seen = (_or(side.columns.get(name), shown, np.nan) for side in (whole, part))
        yield f"column '{name}'", _changed(full, seen)


def _or(column: npt.NDArray[Any] | None, shown: int, absent: float) -> npt.NDArray[Any]:
    return np.full(shown, absent) if column is None else column[:shown]
