"""Columns in and out of pandas, polars and ccxt, without importing a frame library until it is used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError, InputError, nearest
from tradewright.core.instants import epoch_unit_ns, parse_instant
from tradewright.core.optional import optional
from tradewright.core.timeframe import Timeframe
from tradewright.core.zones import Values, localize

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

TIME_NAMES = ("timestamp", "date", "time", "datetime")
_PRICES = ("open", "high", "low", "close")
_MILLISECOND_NS = 1_000_000
_FARTHEST_MS = 9.2e12  # the year 2262, where int64 nanoseconds end


@dataclass(frozen=True, slots=True)
class Table:
    """Times and columns read from somebody's frame."""

    time: Times
    columns: Mapping[str, Floats]
    notes: Mapping[str, int] = field(default_factory=dict[str, int])


def read_pandas(frame: "pd.DataFrame", timezone: str | None = None) -> Table:
    """Take times and columns out of a pandas frame.

    Parameters
    ----------
    frame
        Names in any capitalisation; times as the index or in a column ``timestamp``, ``date``, ``time``
        or ``datetime``. Further numeric columns ride along, others are noted as ``W_COLUMN_IGNORED``.
    timezone
        The zone of naive times; None reads them as UTC and notes ``W_TZ_ASSUMED``.

    Raises
    ------
    DataError
        ``E_COLUMN``, ``E_NUMBER``, ``E_DATE`` or ``E_TZ``.
    """
    source = _frame(frame, "iloc", "pandas")
    if source.columns.nlevels > 1:
        raise DataError(
            "E_COLUMN",
            f"the frame has {source.columns.nlevels} levels of columns.",
            fix="Choose one symbol first, for instance frame.xs('AAPL', axis=1, level=1).",
        )
    names = _names(list(source.columns))
    if source.index.dtype.kind == "M" or str(source.index.name).casefold() in TIME_NAMES:
        clock = source.index
    else:
        clock = source[names[_time_name(names)]]
    aware = getattr(clock.dtype, "tz", None) is not None
    written = clock.to_numpy("datetime64[ns]") if clock.dtype.kind == "M" else clock.to_numpy()
    return _table(names, lambda name: _pandas_values(source[name]), (written, aware), timezone)


def read_polars(frame: "pl.DataFrame", timezone: str | None = None) -> Table:
    """Take times and columns out of a polars frame; the parameters and errors of :func:`read_pandas`."""
    source = _frame(frame, "get_column", "polars")
    names = _names(list(source.columns))
    clock = source[names[_time_name(names)]]
    aware = getattr(clock.dtype, "time_zone", None) is not None
    return _table(names, lambda name: source[name].to_numpy(), (clock.to_numpy(), aware), timezone)


def read_ccxt(rows: Iterable[Sequence[float]]) -> Table:
    """Take columns out of ccxt's rows of epoch milliseconds, open, high, low, close, volume.

    Raises
    ------
    DataError
        ``E_ROW_WIDTH`` or ``E_NUMBER``, naming the row.
    InputError
        ``E_FRAME`` when these are no rows at all.
    """
    taken = _candles(rows)
    columns = {
        name: _floats(name, np.array([values[place] for values in taken], dtype=object))
        for place, name in enumerate((*_PRICES, "volume"), start=1)
    }
    stamps = _floats("timestamp", np.array([values[0] for values in taken], dtype=object))
    odd = np.flatnonzero(~(np.abs(stamps) < _FARTHEST_MS))
    if odd.size:
        raise _unreadable(int(odd[0]), str(taken[odd[0]][0]))
    time = np.array([int(values[0]) for values in taken], np.int64) * _MILLISECOND_NS
    return Table(time, columns)


def _candles(rows: Any) -> list[Sequence[Any]]:
    """Return ccxt's rows as a list, checked to be of six values each."""
    got = _kind(rows)
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes | Mapping):
        raise InputError(
            "E_FRAME",
            f"from_ccxt got a {got}, not rows.",
            fix="Pass what fetch_ohlcv returned: [[timestamp, open, high, low, close, volume], ...].",
            details={"type": got},
        )
    taken: list[Any] = list(cast("Iterable[Any]", rows))
    for row, values in enumerate(taken):
        count = len(cast("Sequence[Any]", values)) if isinstance(values, list | tuple | np.ndarray) else None
        if count != 6:
            has = f"is {values!r}" if count is None else f"has {count} values"
            raise DataError(
                "E_ROW_WIDTH",
                f"row {row} {has}.",
                fix="A ccxt candle is [timestamp, open, high, low, close, volume].",
                details={"row": row, "values": count},
            )
    return taken


def _kind(thing: object) -> str:
    return type(thing).__name__


def _frame(given: object, mark: str, library: str) -> Any:
    """Return `given`, checked to be a data frame of `library` by an attribute that only its frames have."""
    if hasattr(given, mark) and hasattr(given, "columns"):
        return given
    raise InputError(
        "E_FRAME",
        f"from_{library} got a {_kind(given)}, not a {library} DataFrame.",
        fix=f"Make one with {library}.DataFrame(...), or read a file with tw.load(path).",
        details={"type": _kind(given)},
    )


def modal_timeframe(time: Times) -> Timeframe:
    """Return the bar length that most neighbouring times are apart; the shorter of two as common.

    Raises
    ------
    DataError
        ``E_INTERVAL`` for fewer than two times, or when the interval is no bar length.
    """
    steps = np.diff(time)
    if (steps < 0).any():
        steps = np.diff(np.sort(time))
    steps = steps[steps > 0]
    if steps.size == 0:
        raise DataError(
            "E_INTERVAL",
            f"{time.size} row{'s are' if time.size != 1 else ' is'} too few to tell the bar length.",
            fix="Say it with timeframe='1d' (or 1m, 1h ...).",
            details={"rows": int(time.size)},
        )
    spans, counts = np.unique(steps, return_counts=True)
    span = int(spans[np.argmax(counts)])
    timeframe = Timeframe.from_ns(span)
    if timeframe is None:
        raise DataError(
            "E_INTERVAL",
            f"most rows are {span / 1e9:g} seconds apart, which is no bar length.",
            fix="Say the bar length with timeframe=, or check the times.",
            details={"seconds": span / 1e9},
        )
    return timeframe


def to_pandas(time: Times, columns: Mapping[str, Floats], *, index: str) -> "pd.DataFrame":
    """Return a pandas frame of `columns`, indexed by UTC time under the name `index`."""
    pandas: Any = optional("pandas")
    clock = pandas.DatetimeIndex(time.view("datetime64[ns]"), tz="UTC", name=index)
    return pandas.DataFrame(dict(columns), index=clock)


def to_polars(time: Times, columns: Mapping[str, Floats], *, index: str) -> "pl.DataFrame":
    """Return a polars frame of `columns`, the UTC time first, under the name `index`."""
    polars: Any = optional("polars")
    clock = polars.Series(index, time).cast(polars.Datetime("ns", "UTC"))
    return polars.DataFrame([clock, *(polars.Series(name, column) for name, column in columns.items())])


def _names(written: Sequence[object]) -> dict[str, Any]:
    """Map each column's plain name (lower case, underscores) to the name it has in the frame."""
    names: dict[str, Any] = {}
    for original in written:
        name = str(original).strip().casefold().replace(" ", "_")
        if name in names:
            raise DataError(
                "E_COLUMN",
                f"two columns are called '{name}': {names[name]!r} and {original!r}.",
                fix="Keep one of them.",
                details={"column": name},
            )
        names[name] = original
    return names


def _time_name(names: Mapping[str, Any]) -> str:
    for name in TIME_NAMES:
        if name in names:
            return name
    raise DataError(
        "E_COLUMN",
        f"no time: neither a time index nor a column {', '.join(TIME_NAMES)}.",
        fix=f"The columns are {', '.join(names) or 'none'}.",
        details={"missing": ["timestamp"], "got": list(names)},
    )


def _table(
    names: Mapping[str, Any], column: Callable[[Any], Array], clock: tuple[Array, bool], timezone: str | None
) -> Table:
    missing = [name for name in _PRICES if name not in names]
    if missing:
        near = [match for name in missing for match in nearest(name, names)]
        raise DataError(
            "E_COLUMN",
            f"missing column {', '.join(missing)}.",
            fix=f"The nearest is {', '.join(near)}." if near else f"The columns are {', '.join(names)}.",
            details={"missing": missing, "got": list(names)},
        )
    columns: dict[str, Floats] = {}
    ignored = 0
    for name, original in names.items():
        if name in TIME_NAMES:
            continue
        values = column(original)
        if name in _PRICES or name == "volume":
            columns[name] = _floats(name, values)
        elif values.dtype.kind in "iuf":
            columns[name] = values.astype(np.float64)
        else:
            ignored += 1
    time, notes = _times(*clock, timezone, list(columns.values()))
    return Table(time, columns, {**notes, "W_COLUMN_IGNORED": ignored} if ignored else notes)


def _pandas_values(series: Any) -> Array:
    """Return a column's values; pandas' own missing value becomes NaN."""
    kind = getattr(series.dtype, "kind", "O")
    return series.to_numpy(np.float64, na_value=np.nan) if kind in "iuf" else series.to_numpy()


def _floats(name: str, values: Array) -> Floats:
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as not_numbers:
        row = next(row for row, value in enumerate(values) if not _is_number(value))
        raise DataError(
            "E_NUMBER",
            f"row {row}: {name} is {values[row]!r}, not a number.",
            fix="Correct or remove the row.",
            details={"row": row, "column": name, "value": str(values[row])},
        ) from not_numbers


def _is_number(value: object) -> bool:
    try:
        np.float64(value)  # pyright: ignore[reportArgumentType]  # anything may stand in a frame
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _times(written: Array, aware: bool, timezone: str | None, values: Values) -> tuple[Times, dict[str, int]]:
    """Return UTC nanoseconds, and what had to be assumed about them."""
    if written.dtype.kind in "iuf":
        return _epochs(written), {}
    if written.dtype.kind != "M":
        return _from_objects(written, timezone, values)
    clock = written.astype("datetime64[ns]")
    missing = np.isnat(clock)
    if missing.any():
        raise _unreadable(int(np.argmax(missing)), "empty")
    if aware:
        return clock.astype(np.int64), {}
    return _localized(clock.astype(np.int64), timezone, values)


def _localized(local: Times, timezone: str | None, values: Values) -> tuple[Times, dict[str, int]]:
    if timezone is None:
        return local, {"W_TZ_ASSUMED": 1}
    read = localize(local, timezone, values)
    once = int(read.unknown.sum())
    counts = {"W_TZ_AMBIGUOUS": int(read.twice.sum()) - once, "W_TZ_ONCE": once}
    return read.time, {code: count for code, count in counts.items() if count}


def _epochs(written: Array) -> Times:
    broken = ~np.isfinite(written.astype(np.float64))
    if broken.any():
        raise _unreadable(int(np.argmax(broken)), str(written[np.argmax(broken)]))
    unit = epoch_unit_ns(float(np.abs(written).max())) if written.size else 1
    whole = written.astype(np.int64)
    return whole * unit + np.round((written - whole) * unit).astype(np.int64)


def _from_objects(written: Array, timezone: str | None, values: Values) -> tuple[Times, dict[str, int]]:
    """Read text, dates and datetimes, one by one."""
    instants: list[tuple[int, bool]] = []
    for row, value in enumerate(written):
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        try:
            instant = parse_instant(text)
        except InputError as unreadable:
            raise _unreadable(row, text) from unreadable
        instants.append((instant.ns, instant.naive))
    time = np.array([ns for ns, _ in instants], np.int64)
    naive = [naive for _, naive in instants]
    if not any(naive):
        return time, {}
    if not all(naive):
        row = naive.index(not naive[0])
        raise DataError(
            "E_TS_MIXED",
            f"row {row}: '{written[row]}' differs from the rows before in naming a zone or not.",
            fix="Write all times with an offset, or none.",
            details={"row": row, "column": "timestamp", "value": str(written[row])},
        )
    return _localized(time, timezone, values)


def _unreadable(row: int, text: str) -> DataError:
    return DataError(
        "E_DATE",
        f"row {row}: '{text}' is not a time that can be read.",
        fix="Write it as 2024-03-31T16:00, with or without an offset.",
        details={"row": row, "column": "timestamp", "value": text},
    )
