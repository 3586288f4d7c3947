"""Whether times keep to a bar length: what is said about a series must not contradict its rows."""

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError
from tradewright.core.frames import modal_timeframe
from tradewright.core.timeframe import Timeframe

Times = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# A day with a change to summer time has 23 hours, February 28 days; times may jitter.
_SHORTEST = 0.9
# Of fewer steps nothing can be said about what is usual.
_FEW = 5


def overlapping(time: Times, timeframe: Timeframe) -> Flags:
    """Say which bars open before the one before them can have closed; shape as `time`, sorted."""
    out = np.zeros(time.size, np.bool_)
    out[1:] = np.diff(time) < timeframe.shortest_ns
    return out


def keeps_to(time: Times, timeframe: Timeframe) -> bool:
    """Say whether two neighbours are one bar apart; of fewer than two nothing contradicts."""
    steps = np.diff(time)
    fits = (steps >= timeframe.shortest_ns) & (steps <= timeframe.longest_ns)
    return time.size < 2 or bool(fits.any())


def short_steps(time: Times, timeframe: Timeframe) -> Flags:
    """Say which rows, from the second on, come clearly before the one before them is over; sorted."""
    close = overlapping(time, timeframe)[1:]
    if 4 * close.sum() > 3 * close.size:
        return close  # hours are no bars of 65 minutes, short by little as each of them is
    return np.diff(time) < _SHORTEST * timeframe.ns


def too_many(short: Flags) -> bool:
    """Say whether so many steps are short that the rows are not bars of that length."""
    return bool(4 * short.sum() > short.size)


def spaced_otherwise(time: Times, timeframe: Timeframe) -> bool:
    """Say whether no two rows are one bar apart, and most of several keep to another length instead.

    Fewer rows, or steps of many lengths, are bars with gaps between them.
    """
    steps = np.diff(time)
    if steps.size < _FEW or keeps_to(time, timeframe):
        return False
    usual = _usual(steps)
    real = Timeframe.from_ns(usual)
    shortest, longest = (usual, usual) if real is None else (real.shortest_ns, real.longest_ns)
    return bool(2 * ((steps >= shortest) & (steps <= longest)).sum() >= steps.size)


def plain_closes(time: Times, timeframe: Timeframe) -> Times:
    """Return when bars of one length close: ``time + timeframe``, or where the calendar's month ends."""
    if timeframe.unit == "M":
        months = time.astype("datetime64[ns]").astype("datetime64[M]")
        return (months + timeframe.count).astype("datetime64[ns]").astype(np.int64)
    return time + timeframe.ns


def irregular_closes(time: Times, timeframe: Timeframe) -> Times | None:
    """Return the closes of rows of which some are too close together: at the latest the next one's open.

    None where every bar has room, and closes when its length says.
    """
    if not overlapping(time, timeframe).any():
        return None
    closes = plain_closes(time, timeframe)
    closes[:-1] = np.minimum(closes[:-1], time[1:])
    return closes


def labelled(time: Times, said: Timeframe | str | None, symbol: str) -> Timeframe:
    """Return the bar length of `time`, int64 UTC nanoseconds: as said, else the modal interval.

    Raises
    ------
    DataError
        ``E_INTERVAL`` when more than a quarter of the rows are closer together than that, or most keep
        to a longer interval and none are as close.
    """
    wanted = modal_timeframe(time) if said is None else Timeframe.parse(said)
    steps = np.diff(time)
    # Times out of order are somebody else's complaint.
    if not (steps > 0).all():
        return wanted
    if too_many(short_steps(time, wanted)) or spaced_otherwise(time, wanted):
        raise _misfit(steps, wanted, symbol)
    return wanted


def _usual(steps: Times) -> int:
    spans, counts = np.unique(steps, return_counts=True)
    return int(spans[np.argmax(counts)])


def _misfit(steps: Times, wanted: Timeframe, symbol: str) -> DataError:
    usual, closest = _usual(steps), float(steps.min()) / 1e9
    real = Timeframe.from_ns(usual)
    shown = f"{usual / 1e9:g} seconds" if real is None else str(real)
    advice = f"Say timeframe='{real}'." if real else "Check the times."
    if real is not None and usual < wanted.ns:
        combine = f"tradewright.core.resample.resample(bars, '{wanted}')"
        advice = f"Read them as '{real}', then combine them with {combine}."
    if real == wanted:
        advice = "Remove the rows between, or combine finer bars first."
    return DataError(
        "E_INTERVAL",
        f"{symbol}: the rows are not {wanted} bars: most are {shown} apart, the closest two "
        f"{closest:g} seconds.",
        fix=advice,
        details={"timeframe": str(wanted), "modal": shown, "closest": closest},
    )
