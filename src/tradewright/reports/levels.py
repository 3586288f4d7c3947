"""The curves of a run at the resolution that a page has room for; extremes are never lost."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.reports.material import ReportMaterial

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

NS_PER_S = 1e9
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True)
class Room:
    """How much of a run a page carries.

    Attributes
    ----------
    all_bars
        Up to this many bars every one is there.
    points
        At most this many candles stand for more bars.
    detail_bars
        Then this many bars around trades are there one by one as well.
    context
        Bars before and after a trade that belong to its detail.
    longest
        A trade over more bars than this is seen well enough without detail.
    text
        How many characters curves, detail and trades may take together. Where more bars than `all_bars`
        take more, candles and detail give way, but never below a quarter of it.
    fewest
        Not fewer candles than this, whatever they take.
    """

    all_bars: int = 20_000
    points: int = 5_000
    detail_bars: int = 15_000
    context: int = 40
    longest: int = 2_000
    text: float = math.inf
    fewest: int = 1_250

    def tighter(self) -> "Room | None":
        """Return half of the detail or of the candles, by turns; None where less makes no sense."""
        if self.detail_bars >= 3 * self.points:
            return replace(self, detail_bars=self.detail_bars // 2)
        if self.points >= 2 * self.fewest:
            return replace(self, points=self.points // 2)
        if self.detail_bars:
            return replace(self, detail_bars=self.detail_bars // 2 if self.detail_bars > 500 else 0)
        return None


@dataclass(frozen=True)
class Spans:
    """Bars of the window, by index, that are kept one by one: ``starts[i]`` to ``stops[i] - 1``.

    `trades` counts the trades that lie within a span from entry to exit.
    """

    starts: Indices
    stops: Indices
    trades: int

    @property
    def bars(self) -> int:
        """How many bars that is."""
        return int((self.stops - self.starts).sum())


def bars_each(n: int, room: Room) -> int:
    """Return how many bars one candle stands for: 1 where all have room."""
    return 1 if n <= room.all_bars else -(-n // room.points)


def candles(n: int, room: Room) -> str:
    """Say in words how many bars one candle stands for."""
    each = bars_each(n, room)
    return "1 candle = 1 bar" if each == 1 else f"downsampled: 1 candle = {each} bars"


def window_bars(material: ReportMaterial) -> Bars | None:
    """Return the bars of the window, without the history before it."""
    bars = material.bars
    return None if bars is None else bars.slice(len(bars) - material.time.size, len(bars))


def overview(material: ReportMaterial, each: int) -> dict[str, Floats]:
    """Return the curves with `each` bars in one candle.

    Open of the first, highest high, lowest low, close of the last bar; equity at the last close with
    the lowest and highest in between; the deepest drawdown.
    """
    n = material.time.size
    starts = np.arange(0, n, each)
    last = np.minimum(starts + each, n) - 1
    columns: dict[str, Floats] = {
        "time": material.time[starts] / NS_PER_S,
        "equity": material.equity[last],
        "drawdown": np.minimum.reduceat(material.drawdown, starts),
    }
    if each > 1:
        columns["equity_low"] = np.minimum.reduceat(material.equity, starts)
        columns["equity_high"] = np.maximum.reduceat(material.equity, starts)
    if material.benchmark is not None:
        columns["benchmark"] = material.benchmark[last]
    bars = window_bars(material)
    if bars is not None:
        columns |= {
            "open": bars.open[starts],
            "high": np.maximum.reduceat(bars.high, starts),
            "low": np.minimum.reduceat(bars.low, starts),
            "close": bars.close[last],
        }
    return columns


def detail(material: ReportMaterial, spans: Spans) -> dict[str, Floats]:
    """Return the curves bar by bar over `spans`, one after the other."""
    ranges = zip(spans.starts, spans.stops, strict=True)
    pieces: list[Indices] = [np.arange(start, stop) for start, stop in ranges]
    rows = np.concatenate(pieces) if pieces else np.empty(0, np.int64)
    columns: dict[str, Floats] = {
        "time": material.time[rows] / NS_PER_S,
        "equity": material.equity[rows],
        "drawdown": material.drawdown[rows],
    }
    if material.benchmark is not None:
        columns["benchmark"] = material.benchmark[rows]
    bars = window_bars(material)
    if bars is not None:
        columns |= {name: bars.column(name)[rows] for name in PRICES}
    return columns


def spans_around(entry: Indices, exit_: Indices, weight: Floats, n: int, room: Room) -> Spans:
    """Choose the bars to keep one by one: around the trades of most weight, as long as there is room.

    Parameters
    ----------
    entry, exit_
        Bars of the window where each trade begins and ends.
    weight
        What makes a trade worth the room; the largest go first, equal ones by time.
    n
        Bars of the window.
    """
    kept = np.zeros(n, np.bool_)
    left = room.detail_bars
    for i in np.argsort(-np.nan_to_num(weight), kind="stable"):
        start, stop = max(int(entry[i]) - room.context, 0), min(int(exit_[i]) + room.context + 1, n)
        if stop - start > room.longest:
            continue
        new = stop - start - int(np.count_nonzero(kept[start:stop]))
        if new > left:
            break
        kept[start:stop] = True
        left -= new
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    starts, stops = edges[::2].astype(np.int64), edges[1::2].astype(np.int64)
    return Spans(starts, stops, _within(entry, exit_, starts, stops))


def _within(entry: Indices, exit_: Indices, starts: Indices, stops: Indices) -> int:
    """Count the trades that lie in one span from entry to exit."""
    at = np.searchsorted(starts, entry, side="right") - 1
    known = at >= 0
    return int(np.count_nonzero(exit_[known] < stops[at[known]]))
