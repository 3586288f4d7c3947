"""Payments and splits as people give them: times with values, in order and checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.canonical import digest
from tradewright.core.errors import DataError, InputError, TradewrightError
from tradewright.core.instants import epoch_unit_ns, parse_instant
from tradewright.research.manifest import iso

Kind = Literal["funding", "dividends", "splits"]
KINDS: tuple[Kind, ...] = ("funding", "dividends", "splits")
_FORMS = "a frame with the columns time and value, a mapping of times to values, or pairs of both"

# Consolidations of some thousands to one have been; more is a slip, and soon no float.
_MOST_SPLIT = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Payments:
    """One kind of account event of an instrument (engine.md 3.1), in order of time.

    Attributes
    ----------
    kind
        ``funding``: rates, 0.0001 is 0.01 %, paid by longs when above 0. ``dividends``: an amount for a unit
        in the instrument's currency. ``splits``: new units for one old.
    time
        int64, UTC nanoseconds, in order.
    value
        float64, as long as `time`.
    row
        int64, which row of what was given each is, from 1.
    """

    kind: Kind
    time: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    row: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self.time.size)

    @property
    def checksum(self) -> str:
        """SHA-256 of times and values."""
        return digest({"kind": self.kind, "rows": self.rows()})

    def rows(self) -> list[list[Any]]:
        """Return them as plain data: ``[[time, value], ...]`` with times as ISO 8601."""
        return [[iso(time), value] for time, value in zip(self.time, self.value.tolist(), strict=True)]


def payments_of(kind: Kind, given: object, timezone: str = "UTC") -> Payments | None:
    """Return what was given as :class:`Payments`; None for nothing.

    Parameters
    ----------
    given
        A polars or pandas frame with the columns ``time`` and ``value``, a mapping of times to values (a
        pandas Series is one), pairs of both, or Payments. Times are text, dates, datetimes or epochs; what
        names no zone is in `timezone`. The order does not matter.

    Raises
    ------
    DataError
        ``E_EVENT`` for a time or value that cannot be: a funding rate of more than 1 (100 %) in size, a
        dividend below 0, a split that leaves nothing or of more than 10,000, the same time twice (but
        dividends of a day); ``details["row"]`` counts from 1, as given.
    InputError
        ``E_EVENT`` for another form.
    """
    if given is None or isinstance(given, Payments):
        return given
    pairs = list(_pairs(kind, given))
    time = np.array([_time(kind, row, pair[0], timezone) for row, pair in enumerate(pairs, 1)], np.int64)
    value = np.array([_value(kind, row, pair[1]) for row, pair in enumerate(pairs, 1)], np.float64)
    order = np.argsort(time, kind="stable")
    _require_once(kind, time, order)
    return Payments(kind, _sealed(time[order]), _sealed(value[order]), _sealed(order + 1))


def _sealed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    values.flags.writeable = False
    return values


def _pairs(kind: Kind, given: object) -> Iterator[tuple[object, object]]:
    """Yield times and values of any form."""
    frame = cast("Any", given)
    if hasattr(frame, "columns"):
        lacking = [name for name in ("time", "value") if name not in list(frame.columns)]
        if lacking:
            raise InputError(
                "E_EVENT",
                f"{kind} has no column {' and '.join(lacking)}; it has {', '.join(map(str, frame.columns))}.",
                fix="Name its columns time and value.",
                details={"kind": kind, "missing": lacking},
            )
        yield from zip(frame["time"], frame["value"], strict=True)
    elif isinstance(given, Mapping) or hasattr(frame, "items"):
        yield from cast("Iterable[tuple[object, object]]", frame.items())
    elif isinstance(given, Iterable) and not isinstance(given, str | bytes):
        for row, pair in enumerate(cast("Iterable[object]", given), 1):
            if not isinstance(pair, tuple | list | np.ndarray) or len(cast("tuple[object, ...]", pair)) != 2:
                raise _refused(kind, row, f"is {pair!r}, not a time with a value", f"Give {_FORMS}.")
            yield cast("tuple[object, object]", tuple(cast("tuple[object, ...]", pair)))
    else:
        raise InputError(
            "E_EVENT",
            f"{kind} is a {type(given).__name__}.",
            fix=f"Give {_FORMS}.",
            details={"kind": kind, "type": type(given).__name__},
        )


def _time(kind: Kind, row: int, given: object, timezone: str) -> int:
    try:
        if isinstance(given, np.datetime64):
            given = str(cast("Any", given))
        if isinstance(given, str | date):
            return parse_instant(given if isinstance(given, str) else given.isoformat(), timezone).ns
    except (TradewrightError, ValueError) as unreadable:
        raise _refused(kind, row, f"has the time {given!r}, which cannot be read", _DATES) from unreadable
    if isinstance(given, int | np.integer) and not isinstance(given, bool):
        epoch = int(cast("Any", given))
        return epoch * epoch_unit_ns(epoch)
    raise _refused(kind, row, f"has the time {given!r}, which cannot be read", _DATES)


_DATES = "Write it as 2024-03-31 or 2024-03-31T16:00+00:00."


def _value(kind: Kind, row: int, given: object) -> float:
    try:
        value = float(cast("Any", given))
    except (TypeError, ValueError):
        value = np.nan
    if not np.isfinite(value) or isinstance(given, bool):
        raise _refused(kind, row, f"has the value {given!r}, which is no number", "Write a number.")
    if kind == "funding" and abs(value) > 1:
        fix = "It is a fraction: write 0.0001 for 0.01 %."
        raise _refused(kind, row, f"has the rate {value:g}, more than 100 %", fix)
    if kind == "dividends" and value < 0:
        raise _refused(kind, row, f"has the amount {value:g}, below 0", "Write what a unit is paid.")
    if kind == "splits" and value <= 0:
        fix = "Write new units for one old: 4 for 4:1, 0.1 for 1:10."
        raise _refused(kind, row, f"has the ratio {value:g}, which is not above 0", fix)
    if kind == "splits" and not 1 / _MOST_SPLIT <= value <= _MOST_SPLIT:
        fix = f"Write new units for one old, from 1/{_MOST_SPLIT:,} to {_MOST_SPLIT:,}: 4 for 4:1."
        raise _refused(kind, row, f"has the ratio {value:g}, beyond any that there is", fix)
    return value


def _require_once(kind: Kind, time: npt.NDArray[np.int64], order: npt.NDArray[np.intp]) -> None:
    """Refuse a time that comes twice, which pays twice; a day may have two dividends."""
    if kind == "dividends":
        return
    again = np.flatnonzero(np.diff(time[order]) == 0)
    if again.size:
        row = int(order[again[0] + 1]) + 1
        raise _refused(kind, row, f"has the time {iso(time[row - 1])} once more", "Leave one of them out.")


def _refused(kind: Kind, row: int, what: str, fix: str) -> DataError:
    return DataError("E_EVENT", f"row {row} of {kind} {what}.", fix=fix, details={"kind": kind, "row": row})
