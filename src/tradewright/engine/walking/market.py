"""Bars, surroundings and columns in the form compiled code reads; refuses rules that they cannot serve."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.timeframe import NS_PER_SECOND
from tradewright.engine.columns import column_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import FUNDING, Floats, Signals, Surroundings
from tradewright.engine.walking.bar import PLACED_EVENT, Market, Outside

_ONE = np.ones(1)
_STAMPED_LATE = NS_PER_SECOND  # venues stamp what is due at a full hour some milliseconds after it
_NO_FLAGS = np.zeros(1, np.bool_)


def columns_for(names: Sequence[str], signals: Signals, bars: int) -> Floats:
    """Return the columns that rules read, shape ``(max(1, len(names)), bars)``.

    A name of two words is the strategy's own ATR column before the measure of the second.
    """
    if not names:
        return np.zeros((1, 1))
    columns = np.empty((len(names), bars))
    for row, name in enumerate(names):
        own, _, measure = name.rpartition(" ")
        given = getattr(signals, own) if own else None
        columns[row] = column_of(measure, signals, bars) if given is None else given
    return columns


def market_of(bars: Bars, surroundings: Surroundings) -> Market:
    """Return what changes with each bar."""
    return Market(
        open=bars.open,
        high=bars.high,
        low=bars.low,
        close=bars.close,
        volume=bars.volume,
        rate_open=_ONE if surroundings.rate_open is None else surroundings.rate_open,
        rate_close=_ONE if surroundings.rate_close is None else surroundings.rate_close,
        session_end=_NO_FLAGS if surroundings.session_end is None else surroundings.session_end,
    )


def outside_of(bars: Bars, rules: Rules, surroundings: Surroundings) -> Outside:
    """Return what only some bars need, for a run under `rules`.

    Raises
    ------
    InputError
        For rules that these bars and surroundings cannot serve.
    """
    _require_volume(bars, rules)
    _require_hours(bars, rules, surroundings)
    first, finer = np.zeros(len(bars) + 1, np.int64), np.zeros((4, 1))
    if rules.intrabar == "magnified":
        first, finer = _finer_bars(bars, surroundings.finer)
    rates = surroundings.rate_open is not None or surroundings.rate_close is not None
    return Outside(bars.time, _place_events(bars, surroundings.events), first, finer, rates)


def _finer_bars(bars: Bars, finer: Bars | None) -> tuple[npt.NDArray[np.int64], Floats]:
    if finer is None:
        raise InputError(
            "E_NO_FINER_BARS",
            "intrabar=magnified reads the inside of a bar from finer bars, and there are none.",
            fix="Give bars of a shorter timeframe (finer=), or choose pessimistic, optimistic or path.",
        )
    edges = np.append(bars.time, bars.close_time[-1])
    first = np.searchsorted(finer.time, edges).astype(np.int64)
    return first, np.stack([finer.open, finer.high, finer.low, finer.close])


def _place_events(bars: Bars, events: npt.NDArray[np.void] | None) -> npt.NDArray[np.void]:
    """Return account events with the bar each belongs to and whether it comes after that bar's open fills.

    An event between two bars belongs to the open of the second; one after the last bar to none (3.1, 3.4).
    Of one bar, funding comes before dividends and these before splits.
    """
    if events is None:
        return np.zeros(0, PLACED_EVENT)
    bar = np.searchsorted(bars.close_time, events["time"], side="right")
    held = bar < len(bars)
    events, bar = events[held], bar[held]
    placed = np.zeros(events.size, PLACED_EVENT)
    placed["bar"], placed["reason"], placed["value"] = bar, events["reason"], events["value"]
    placed["inside"] = (events["reason"] == FUNDING) & (events["time"] >= bars.time[bar] + _STAMPED_LATE)
    return placed[np.lexsort((events["time"], events["reason"], bar))]


def _require_volume(bars: Bars, rules: Rules) -> None:
    asked = [name for name in ("participation", "impact") if getattr(rules, name)]
    if asked and not (bars.volume > 0).any():
        raise InputError(
            "E_NO_VOLUME",
            f"{asked[0]} is a share of volume, and {bars.symbol} has none.",
            fix="Use prices with volume, or leave it out.",
            details={"rule": asked[0], "symbol": bars.symbol},
        )


def _require_hours(bars: Bars, rules: Rules, surroundings: Surroundings) -> None:
    if surroundings.session_end is not None:
        return
    asked = "session_end" if rules.session_end else None
    if rules.entry.lifetime == "session":
        asked = "entry lifetime 'session'"
    if asked:
        raise InputError(
            "E_NO_SESSIONS",
            f"{asked} needs the hours of {bars.symbol}, and none were given.",
            fix="Give the prices a calendar with hours: calendar='XNYS', or --calendar XNYS.",
            details={"symbol": bars.symbol, "calendar": bars.instrument.calendar.id},
        )
