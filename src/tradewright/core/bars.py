"""One price series: what modules read, the engine trades on, and a result is traced back to."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from tradewright.core import frames
from tradewright.core.bars_html import bars_html
from tradewright.core.errors import DataError, InputError
from tradewright.core.instrument import Instrument
from tradewright.core.spikes import spikes
from tradewright.core.steps import irregular_closes, labelled, overlapping, plain_closes, short_steps
from tradewright.core.timeframe import Timeframe

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

PRICE_FIELDS = ("open", "high", "low", "close")
FIELDS = (*PRICE_FIELDS, "volume")

# No price of anything comes near; what does has lost its decimal point, or is an epoch.
LARGEST_PRICE = 1e15


class Bars:
    """An immutable, strictly increasing series of OHLCV bars (engine.md 1.1).

    Parameters
    ----------
    time
        int64, UTC nanoseconds, **bar open**, strictly increasing. Shape ``(n,)``.
    columns
        ``open high low close`` and, optionally, ``volume`` and further columns (``quote_volume``,
        ``trades_count`` ...), float64, shape ``(n,)``. Prices are finite and above 0. Without a volume
        the series has zero volume. Arrays that somebody could write to are copied, the others shared.
    timeframe
        Bar length.
    instrument
        What is traded; a symbol alone makes an instrument without tick, lot or minimum.
    notes
        What reading the data had to note or repair, code -> count; shown in warnings. A series without
        any volume has ``W_NO_VOLUME`` here by itself.
    close_time
        When each bar closes, for bars that are not all of one length; by default after `timeframe`, and
        then no bar may open before the one before it can have closed (``E_INTERVAL``).

    Raises
    ------
    DataError
        When the columns break a rule above. Nothing is repaired here.
    """

    def __init__(
        self,
        time: npt.ArrayLike,
        columns: Mapping[str, npt.ArrayLike],
        *,
        timeframe: Timeframe | str,
        instrument: Instrument | str,
        notes: Mapping[str, int] | None = None,
        close_time: npt.ArrayLike | None = None,
    ) -> None:
        self.time: Times = _sealed(time, np.int64)
        missing = [name for name in PRICE_FIELDS if name not in columns]
        if missing:
            raise DataError(
                "E_COLUMN",
                f"missing column {', '.join(missing)}.",
                fix=f"Bars need {', '.join(PRICE_FIELDS)}; got {', '.join(columns) or 'none'}.",
                details={"missing": missing, "got": list(columns)},
            )
        self.columns: dict[str, Floats] = {name: _sealed(col, np.float64) for name, col in columns.items()}
        if "volume" not in self.columns:
            self.columns["volume"] = _sealed(np.zeros(self.time.size), np.float64)
        self.timeframe = Timeframe.parse(timeframe)
        self.instrument = instrument if isinstance(instrument, Instrument) else Instrument(instrument)
        self.notes: dict[str, int] = dict(notes or {})
        if len(self) and not self.volume.any():
            self.notes.setdefault("W_NO_VOLUME", 1)
        self._closes: Times | None = None
        _check(self)
        if close_time is None:
            _reject_overlaps(self)
        else:
            self._closes = _checked_closes(self, close_time)

    @classmethod
    def trusted(
        cls,
        time: Times,
        columns: Mapping[str, Floats],
        *,
        timeframe: Timeframe,
        instrument: Instrument,
        notes: Mapping[str, int],
        close_time: Times | None,
    ) -> "Bars":
        """Return bars that are known to keep the rules, without checking them again.

        For a store that has just compared the checksum of what it wrote: the arrays must be read-only, of
        the right types, and those of a `Bars` that was checked when it was made.
        """
        bars = object.__new__(cls)
        bars.time, bars.columns = time, dict(columns)
        bars.timeframe, bars.instrument, bars.notes = timeframe, instrument, dict(notes)
        if len(bars) and not bars.volume.any():
            bars.notes.setdefault("W_NO_VOLUME", 1)
        bars._closes = close_time
        return bars

    @property
    def open(self) -> Floats:
        """Price at the start of each bar."""
        return self.columns["open"]

    @property
    def high(self) -> Floats:
        """Highest price of each bar."""
        return self.columns["high"]

    @property
    def low(self) -> Floats:
        """Lowest price of each bar."""
        return self.columns["low"]

    @property
    def close(self) -> Floats:
        """Price at the end of each bar."""
        return self.columns["close"]

    @property
    def volume(self) -> Floats:
        """Quantity traded in each bar; 0 where the source has none."""
        return self.columns["volume"]

    @property
    def symbol(self) -> str:
        """The instrument's symbol."""
        return self.instrument.symbol

    @property
    def extra(self) -> tuple[str, ...]:
        """Names of the optional columns."""
        return tuple(name for name in self.columns if name not in FIELDS)

    def __len__(self) -> int:
        """Return the number of bars."""
        return int(self.time.size)

    def __repr__(self) -> str:
        """Say what, how many, and from when to when."""
        if not len(self):
            return f"Bars({self.symbol} {self.timeframe}, empty)"
        first, last = (str(np.datetime64(int(t), "ns"))[:16] for t in (self.time[0], self.time[-1]))
        return f"Bars({self.symbol} {self.timeframe}, {len(self):,} bars, {first} to {last} UTC)"

    def _repr_html_(self) -> str:
        """Show the same in a notebook, with the first and last rows."""
        return bars_html(self)

    def column(self, name: str) -> Floats:
        """Return a price field, ``volume``, or an extra column by name.

        Raises
        ------
        InputError
            ``E_FIELD`` when the series has no such column.
        """
        if name not in self.columns:
            raise InputError(
                "E_FIELD",
                f"{self.symbol} has no column '{name}'.",
                fix=f"It has {', '.join(self.columns)}.",
                details={"name": name, "choices": list(self.columns)},
            )
        return self.columns[name]

    def slice(self, start: int, stop: int) -> "Bars":
        """Return bars `start` to ``stop - 1`` as views on the same memory."""
        return self._view(slice(start, stop), None if self._closes is None else self._closes[start:stop])

    def closing_at(self, close_time: npt.ArrayLike) -> "Bars":
        """Return these bars with the closes that a calendar gives them, int64 UTC nanoseconds.

        Raises
        ------
        DataError
            ``E_TS_ORDER`` when a bar does not close after it opens, or not after the one before it.
        """
        return self._view(slice(None), _checked_closes(self, close_time))

    @cached_property
    def close_time(self) -> Times:
        """When each bar closes, UTC nanoseconds: ``time + timeframe``; by calendar for months."""
        return plain_closes(self.time, self.timeframe) if self._closes is None else self._closes

    @cached_property
    def checksum(self) -> str:
        """SHA-256, in hex, over the timeframe, the times and every column by name; computed once."""
        sha = hashlib.sha256(str(self.timeframe).encode())
        sha.update(self.time.data)
        for name in sorted(self.columns):
            sha.update(name.encode())
            sha.update(self.columns[name].data)
        return sha.hexdigest()

    @classmethod
    def from_pandas(
        cls, frame: "pd.DataFrame", symbol: str, timeframe: str | None = None, *, timezone: str | None = None
    ) -> "Bars":
        """Read a pandas frame with a time index or a ``timestamp`` column.

        Parameters
        ----------
        frame
            Columns ``open high low close`` and optionally ``volume`` in any capitalisation; further
            numeric columns ride along. Times are bar opens, as the index or a column.
        symbol
            What the prices are of.
        timeframe
            Bar length; by default the modal interval. Up to a quarter of the rows may be closer together:
            those bars close when the next one opens, noted as ``W_INTERVAL``.
        timezone
            The zone of naive times; without one they are read as UTC and noted as ``W_TZ_ASSUMED``.

        Raises
        ------
        DataError
            When columns are missing or values break the rules of :class:`Bars`.
        """
        return cls._from_table(frames.read_pandas(frame, timezone), symbol, timeframe)

    @classmethod
    def from_polars(
        cls, frame: "pl.DataFrame", symbol: str, timeframe: str | None = None, *, timezone: str | None = None
    ) -> "Bars":
        """Read a polars frame; the parameters and errors of :meth:`from_pandas`."""
        return cls._from_table(frames.read_polars(frame, timezone), symbol, timeframe)

    @classmethod
    def from_ccxt(cls, rows: Iterable[Sequence[float]], symbol: str, timeframe: str | None = None) -> "Bars":
        """Read what ccxt's ``fetch_ohlcv`` returns: rows of epoch milliseconds, o, h, l, c, volume."""
        return cls._from_table(frames.read_ccxt(rows), symbol, timeframe)

    @classmethod
    def _from_table(cls, table: frames.Table, symbol: str, timeframe: str | None) -> "Bars":
        length = labelled(table.time, timeframe, symbol)
        bars = cls(
            table.time,
            table.columns,
            timeframe=length,
            instrument=symbol,
            notes=table.notes,
            close_time=irregular_closes(table.time, length),
        )
        short = short_steps(bars.time, length).sum()
        if short:
            bars.notes["W_INTERVAL"] = int(short)
        odd = spikes(bars.high, bars.low, bars.close).size
        if odd:
            bars.notes["W_JUMP"] = int(odd)
        return bars

    def to_pandas(self) -> "pd.DataFrame":
        """Return a pandas frame indexed by UTC bar open time."""
        return frames.to_pandas(self.time, self.columns, index="timestamp")

    def to_polars(self) -> "pl.DataFrame":
        """Return a polars frame with a UTC ``timestamp`` column."""
        return frames.to_polars(self.time, self.columns, index="timestamp")

    def _view(self, rows: "slice[Any, Any, Any]", closes: Times | None) -> "Bars":
        part = object.__new__(Bars)
        part.time = self.time[rows]
        part.columns = {name: column[rows] for name, column in self.columns.items()}
        part.timeframe, part.instrument, part.notes = self.timeframe, self.instrument, dict(self.notes)
        part._closes = closes
        return part


def _sealed(column: npt.ArrayLike, dtype: type[np.generic]) -> Any:
    array: npt.NDArray[Any] = np.asarray(column)
    sealed: npt.NDArray[Any] = np.array(array, dtype=dtype, order="C", copy=None if _fixed(array) else True)
    sealed.flags.writeable = False
    return sealed


def _fixed(array: npt.NDArray[Any]) -> bool:
    """Say whether nobody can write to the memory: neither through the array nor through what it views."""
    owner: Any = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return False
        owner = cast("Any", owner.base)
    return owner is None or isinstance(owner, bytes) or (isinstance(owner, memoryview) and owner.readonly)


def _checked_closes(bars: Bars, close_time: npt.ArrayLike) -> Times:
    closes: Times = _sealed(close_time, np.int64)
    late = (closes <= bars.time) | (np.diff(closes, prepend=closes[:1] - 1) <= 0)
    _reject_rows(bars, "time", late, "E_TS_ORDER", "does not close after it opens and after the bar before")
    return closes


def _reject_overlaps(bars: Bars) -> None:
    what = f"opens before the {bars.timeframe} bar before it has closed"
    advice = "For bars that are not all of one length say when each closes with close_time="
    _reject_rows(bars, "time", overlapping(bars.time, bars.timeframe), "E_INTERVAL", what, advice)


def _check(bars: Bars) -> None:
    n = len(bars)
    for name, column in bars.columns.items():
        if column.shape != (n,):
            raise DataError(
                "E_ROW_WIDTH",
                f"column '{name}' has {column.size} values for {n} times.",
                details={"column": name, "values": column.size, "times": n},
            )
    if n > 1:
        _reject_rows(
            bars,
            "time",
            np.diff(bars.time, prepend=bars.time[0] - 1) <= 0,
            "E_TS_ORDER",
            "is not after the time before it",
        )
    for name in PRICE_FIELDS:
        column = bars.columns[name]
        _reject_rows(bars, name, ~np.isfinite(column), "E_NONFINITE", "is not a finite number")
        _reject_rows(bars, name, column <= 0, "E_PRICE", "must be above 0")
        _reject_rows(bars, name, column > LARGEST_PRICE, "E_PRICE", "is above 1e15, which is no price")
    _reject_rows(bars, "volume", ~np.isfinite(bars.volume), "E_NONFINITE", "is not a finite number")
    _reject_rows(bars, "volume", bars.volume < 0, "E_VOLUME", "must not be negative")
    _reject_rows(bars, "high", bars.high < bars.low, "E_OHLC", "is below the low")
    for name in ("open", "close"):
        column = bars.columns[name]
        outside = (column > bars.high) | (column < bars.low)
        _reject_rows(bars, name, outside, "E_OHLC", "is outside the bar's high and low")


def _reject_rows(
    bars: Bars, name: str, bad: npt.NDArray[np.bool_], code: str, what: str, advice: str = ""
) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad))
    at = str(np.datetime64(int(bars.time[row]), "ns"))[:19]
    value = at if name == "time" else float(bars.columns[name][row])
    rows = int(bad.sum())
    them = (
        "rows are like this; correct or remove them"
        if rows > 1
        else "rows is like this; correct or remove it"
    )
    raise DataError(
        code,
        f"{bars.symbol} row {row} ({at}): {name} {value} {what}.",
        fix=f"{rows:,} of {len(bars):,} {them}." + (f" {advice}." if advice else ""),
        details={"row": row, "column": name, "value": value, "time": at, "rows": rows},
    )
