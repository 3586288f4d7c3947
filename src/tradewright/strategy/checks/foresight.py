"""Whether a user's own code decides from the past alone: decided again with later bars hidden."""

from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from copy import deepcopy
from io import StringIO
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import StrategyCodeError
from tradewright.engine.types import Signals

_DECISIONS = ("long_entry", "long_exit", "short_entry", "short_exit")
_RANGES = ("atr_stop", "atr_target")
_SHORTEST = 2
# An average may end in other last digits on fewer bars (SIMD, FFT) without having seen the future.
_ROUNDING = 1e-9


def require_no_foresight(
    strategy: str, bars: Bars, whole: Signals, decide: Callable[[Bars], Signals]
) -> tuple[str, ...]:
    """Compare what was decided on all bars with what is decided when later bars are hidden.

    Decides again on one third, on two thirds, and on all bars but the last: together twice the time of
    the first decision. What the code prints meanwhile is dropped, since it has been printed already.

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
    for shown in _prefixes(len(bars)):
        try:
            with redirect_stderr(StringIO()):
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


def _prefixes(bars: int) -> list[int]:
    return sorted({shown for shown in (bars // 3, 2 * bars // 3, bars - 1) if shown >= _SHORTEST})


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
        fix="Decide at bar i from bars up to i only; if the code is random, seed it inside signals.",
        details={"strategy": strategy, "signal": name, "bar": row, "time": at, "shown": shown},
    )


def _differences(whole: Signals, part: Signals, shown: int) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Yield, for each column of signals, which of the shown bars are decided otherwise."""
    for name in _DECISIONS:
        full, seen = getattr(whole, name), getattr(part, name)
        yield name, _or(full, shown, False) != _or(seen, shown, False)
    for name in _RANGES:
        full, seen = (_or(getattr(side, name), shown, np.nan) for side in (whole, part))
        yield name, ~np.isclose(full, seen, rtol=_ROUNDING, atol=0.0, equal_nan=True)


def _or(column: npt.NDArray[np.generic] | None, shown: int, absent: float) -> npt.NDArray[np.generic]:
    return np.full(shown, absent) if column is None else column[:shown]
