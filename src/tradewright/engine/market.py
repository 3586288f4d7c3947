"""Bars, surroundings and columns in the form compiled code reads; refuses rules that they cannot serve."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.engine.bar import Market
from tradewright.engine.columns import column_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import ACCOUNT_EVENT, FUNDING, Floats, Signals, Surroundings

_ONE = np.ones(1)
_NO_FLAGS = np.zeros(1, np.bool_)
_NO_EVENTS = np.zeros(0, ACCOUNT_EVENT)


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


def market_of(bars: Bars, rules: Rules, surroundings: Surroundings) -> Market:
    """Return `bars` and `surroundings` for a run under `rules`."""
    _require_volume(bars, rules)
    _require_hours(bars, rules, surroundings)
    events = _NO_EVENTS if surroundings.events is None else surroundings.events
    event_bar, inside = _place_events(bars, events)
    finer, first = surroundings.finer, np.zeros(1, np.int64)
    if rules.intrabar == "magnified":
        if finer is None:
            raise InputError(
                "E_NO_FINER_BARS",
                "intrabar=magnified reads the inside of a bar from finer bars, and there are none.",
                fix="Give bars of a shorter timeframe (finer=), or choose pessimistic, optimistic or path.",
            )
        first = np.append(
            np.searchsorted(finer.time, bars.time), np.searchsorted(finer.time, bars.close_time[-1])
        ).astype(np.int64)
    inner = bars if finer is None else finer
    return Market(
        time=bars.time,
        open=bars.open,
        high=bars.high,
        low=bars.low,
        close=bars.close,
        volume=bars.volume,
        rate_open=_ONE if surroundings.rate_open is None else surroundings.rate_open,
        rate_close=_ONE if surroundings.rate_close is None else surroundings.rate_close,
        session_end=_NO_FLAGS if surroundings.session_end is None else surroundings.session_end,
        event_bar=event_bar,
        event_inside=inside,
        event_reason=np.ascontiguousarray(events["reason"]),
        event_value=np.ascontiguousarray(events["value"]),
        finer_first=first,
        finer_open=inner.open,
        finer_high=inner.high,
        finer_low=inner.low,
        finer_close=inner.close,
    )


def _place_events(
    bars: Bars, events: npt.NDArray[np.void]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the bar of each event, and whether it comes after that bar's open fills (3.1, 3.4).

    An event between two bars belongs to the open of the second; one after the last bar to none.
    """
    time = events["time"]
    bar = np.searchsorted(bars.close_time, time, side="right").astype(np.int64)
    opens = np.append(bars.time, np.iinfo(np.int64).max)[np.minimum(bar, len(bars))]
    return bar, (events["reason"] == FUNDING) & (time > opens)


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
            fix="Give the instrument a calendar with hours, such as XNYS.",
            details={"symbol": bars.symbol, "calendar": bars.instrument.calendar.id},
        )
