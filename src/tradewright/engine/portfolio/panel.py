"""Several series of one timeframe on the union of their times (docs/concepts/portfolio.md P1, P2)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import DataError, InputError, UnknownNameError
from tradewright.core.timeframe import Timeframe

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_ALWAYS_OPEN = Calendar("24/7")


class Panel:
    """Several series, one for each symbol, read together; made by :meth:`of`.

    A *row* of the panel is a time at which at least one symbol has a bar. A symbol without a bar at a row
    is stale there: its last close stands.

    Attributes
    ----------
    series
        Symbol -> :class:`Bars`, in order.
    time
        int64 UTC nanoseconds, shape ``(len(panel),)``: bar opens, strictly increasing.
    """

    def __init__(self, series: Mapping[str, Bars], time: Times, rows: Sequence[Times | None]) -> None:
        self.series: dict[str, Bars] = dict(series)
        self.time = time
        self._rows = tuple(rows)

    @classmethod
    def of(cls, series: "Mapping[str, Bars] | Iterable[Bars]") -> "Panel":
        """Align series on the union of their times.

        Parameters
        ----------
        series
            Symbol -> bars, or bars alone, which are then named by their own symbols.

        Raises
        ------
        InputError
            ``E_PANEL`` for no series, for what is not bars, and for a symbol that stands twice.
        DataError
            ``E_PANEL_TIMEFRAME`` for bars of different lengths, ``E_PANEL_EMPTY`` for a series without
            bars, ``E_PANEL_TIMES`` for one that opens at no time at which another one does.
        """
        named = _named(series)
        _require_one_timeframe(named)
        time, rows = _aligned([bars.time for bars in named.values()])
        _require_common_times(named, time, rows)
        return cls(named, time, rows)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols, in order."""
        return tuple(self.series)

    @cached_property
    def timeframe(self) -> Timeframe:
        """Bar length of every series."""
        return next(iter(self.series.values())).timeframe

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar that all instruments share, else ``24/7`` (P2)."""
        calendars = {bars.instrument.calendar for bars in self.series.values()}
        return calendars.pop() if len(calendars) == 1 else _ALWAYS_OPEN

    @cached_property
    def close_time(self) -> Times:
        """When each row closes, UTC nanoseconds: with the latest of its bars."""
        closes = np.full(self.time.size, np.iinfo(np.int64).min)
        for bars, row in zip(self.series.values(), self._rows, strict=True):
            at = slice(None) if row is None else row
            closes[at] = np.maximum(closes[at], bars.close_time)
        return closes

    @cached_property
    def checksum(self) -> str:
        """SHA-256, in hex, over the symbols and the checksums of their series."""
        sha = hashlib.sha256()
        for symbol, bars in self.series.items():
            sha.update(f"{symbol}\0{bars.checksum}\0".encode())
        return sha.hexdigest()

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.time.size)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the symbols."""
        return iter(self.series)

    def __getitem__(self, symbol: str) -> Bars:
        """Return the series of a symbol.

        Raises
        ------
        UnknownNameError
            ``E_PANEL_SYMBOL``.
        """
        if symbol not in self.series:
            raise UnknownNameError("E_PANEL_SYMBOL", "symbol", symbol, self.series, where="the panel")
        return self.series[symbol]

    def __repr__(self) -> str:
        """Say what, how many, and from when to when."""
        if not len(self):
            return f"Panel({len(self.series)} symbols, empty)"
        first, last = (str(np.datetime64(int(t), "ns"))[:16] for t in (self.time[0], self.time[-1]))
        return (
            f"Panel({len(self.series)} symbols, {self.timeframe}, {len(self):,} times, {first} to {last} UTC)"
        )

    @property
    def is_even(self) -> bool:
        """True when every symbol has a bar at every row."""
        return all(row is None for row in self._rows)

    def rows_of(self, symbol: int) -> Times:
        """Return the row of each bar of a symbol, which is given by its number."""
        row = self._rows[symbol]
        return np.arange(len(self)) if row is None else row

    def last_bars(self, symbol: int, rows: Times) -> Times:
        """Return which bar of a symbol was its last by each of `rows`; -1 before its first."""
        own = self._rows[symbol]
        return rows if own is None else np.searchsorted(own, rows, side="right") - 1

    def closes(self, rows: npt.ArrayLike | None = None) -> Floats:
        """Return the last known close of each symbol at each row.

        Parameters
        ----------
        rows
            Rows of the panel; by default all. Memory is taken for these only.

        Returns
        -------
        ndarray
            float64, shape ``(len(rows), symbols)``; NaN before a symbol's first bar, and for rows below 0.
        """
        asked = np.arange(len(self)) if rows is None else np.asarray(rows, np.int64)
        found = np.empty((asked.size, len(self.series)))
        for i, bars in enumerate(self.series.values()):
            at = self.last_bars(i, asked)
            if len(bars):
                found[:, i] = np.where(at >= 0, bars.close[np.maximum(at, 0)], np.nan)
            else:
                found[:, i] = np.nan
        return found

    def fresh(self, rows: npt.ArrayLike | None = None) -> Flags:
        """Return whether each symbol has a bar at each row; shape ``(len(rows), symbols)``."""
        asked = np.arange(len(self)) if rows is None else np.asarray(rows, np.int64)
        found = np.ones((asked.size, len(self.series)), np.bool_)
        for i, own in enumerate(self._rows):
            if own is not None:
                at = np.searchsorted(own, asked, side="right") - 1
                found[:, i] = False if not own.size else (at >= 0) & (own[np.maximum(at, 0)] == asked)
        return found

    def until(self, stop: int) -> "Panel":
        """Return the first `stop` rows; a symbol that has not begun by then keeps no bars."""
        series: dict[str, Bars] = {}
        rows: list[Times | None] = []
        for (symbol, bars), own in zip(self.series.items(), self._rows, strict=True):
            count = stop if own is None else int(np.searchsorted(own, stop, side="left"))
            series[symbol] = bars.slice(0, count)
            rows.append(None if own is None else own[:count])
        return Panel(series, self.time[:stop], rows)


def _named(series: object) -> dict[str, Bars]:
    if isinstance(series, Panel):
        return series.series
    if isinstance(series, Mapping):
        pairs: list[tuple[Any, Any]] = list(cast("Mapping[Any, Any]", series).items())
    elif isinstance(series, Iterable):
        listed = list(cast("Iterable[Any]", series))
        pairs = [(getattr(bars, "symbol", repr(bars)), bars) for bars in listed]
    else:
        raise InputError(
            "E_PANEL",
            f"a {type(series).__name__} is no panel.",
            fix="Give a dict of symbol -> tw.Bars.",
            details={"type": type(series).__name__},
        )
    if not pairs:
        raise InputError("E_PANEL", "there is no series.", fix="Give a dict of symbol -> tw.Bars.")
    named: dict[str, Bars] = {}
    folded: dict[str, str] = {}
    for symbol, bars in pairs:
        if not isinstance(bars, Bars):
            raise InputError(
                "E_PANEL",
                f"'{symbol}' is a {type(bars).__name__}, not bars.",
                fix="Give tw.Bars: tw.load(path) reads them.",
                details={"symbol": str(symbol), "type": type(bars).__name__},
            )
        name = str(symbol)
        if name.casefold() in folded:
            raise InputError(
                "E_PANEL",
                f"symbol '{name}' stands twice in the panel, as '{folded[name.casefold()]}' too.",
                fix="Leave one of them out, or name them apart.",
                details={"symbol": name},
            )
        folded[name.casefold()] = name
        named[name] = bars
    return named


def _require_one_timeframe(series: Mapping[str, Bars]) -> None:
    first, bars = next(iter(series.items()))
    for symbol, other in series.items():
        if other.timeframe != bars.timeframe:
            raise DataError(
                "E_PANEL_TIMEFRAME",
                f"'{first}' has {bars.timeframe} bars and '{symbol}' {other.timeframe} bars.",
                fix=f"Load all with one timeframe: tw.load(path, timeframe='{_longer(bars, other)}').",
                details={first: str(bars.timeframe), symbol: str(other.timeframe)},
            )
        if not len(other):
            raise DataError(
                "E_PANEL_EMPTY", f"'{symbol}' has no bars.", fix="Leave it out.", details={"symbol": symbol}
            )


def _longer(one: Bars, other: Bars) -> Timeframe:
    return max(one.timeframe, other.timeframe, key=lambda timeframe: timeframe.ns)


def _aligned(times: Sequence[Times]) -> tuple[Times, list[Times | None]]:
    """Return the union of times, and the row of each series' bars; None for one that has all."""
    distinct: list[Times] = []
    kind: list[int] = []
    for time in times:
        same = (i for i, known in enumerate(distinct) if time is known or np.array_equal(time, known))
        number = next(same, len(distinct))
        if number == len(distinct):
            distinct.append(time)
        kind.append(number)
    union = distinct[0] if len(distinct) == 1 else np.unique(np.concatenate(distinct))
    places = [None if time.size == union.size else np.searchsorted(union, time) for time in distinct]
    return union, [places[number] for number in kind]


def _require_common_times(series: Mapping[str, Bars], time: Times, rows: Sequence[Times | None]) -> None:
    """Refuse a series that opens when no other does: rows would never hold both."""
    if len(series) == 1 or all(row is None for row in rows):
        return
    held = np.zeros(time.size, np.int64)
    for row in rows:
        held[slice(None) if row is None else row] += 1
    for (symbol, bars), row in zip(series.items(), rows, strict=True):
        if not (held[slice(None) if row is None else row] > 1).any():
            at = str(np.datetime64(int(bars.time[0]), "ns"))[:19]
            raise DataError(
                "E_PANEL_TIMES",
                f"'{symbol}' opens at no time at which another series does; its first bar is {at} UTC.",
                fix="Load all series with the same timeframe and zone (--tz), and over dates that overlap.",
                details={"symbol": symbol, "first": at},
            )
