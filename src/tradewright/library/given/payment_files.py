"""Payments and splits from CSV files with the columns ``time`` and ``value``."""

import csv
from pathlib import Path

from tradewright.core.errors import DataError
from tradewright.core.instants import parse_instant
from tradewright.research.around.payments import KINDS, Kind, payments_of

_COLUMNS = ("time", "value")
_DAY = len("20240131")


def payments_from(timezone: str | None, **given: object) -> tuple[dict[Kind, object], list[Kind]]:
    """Return payments by kind, those that are paths read from their files; others as they are.

    Parameters
    ----------
    timezone
        The zone of times in files that name none; None for UTC.

    Returns
    -------
    dict, list
        The payments, and the kinds whose files name no zone while none was given either.

    Raises
    ------
    DataError
        ``E_EVENT`` for a file that cannot be read, or without the columns ``time`` and ``value``.
    InputError
        ``E_TZ`` for an unknown zone.
    """
    found: dict[Kind, object] = {}
    assumed: list[Kind] = []
    for kind in KINDS:
        value = given.get(kind)
        if isinstance(value, str | Path):
            rows = _rows(kind, Path(value))
            found[kind] = payments_of(kind, rows, timezone or "UTC")
            if timezone is None and any(_is_naive(time) for time, _ in rows):
                assumed.append(kind)
        elif value is not None:
            found[kind] = value
    return found, assumed


def _rows(kind: str, path: Path) -> list[tuple[object, object]]:
    """Return the rows of a file; a time that is a whole number is an epoch."""
    try:
        with path.expanduser().open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            names = {name.strip().casefold(): name for name in reader.fieldnames or ()}
            lacking = [name for name in _COLUMNS if name not in names]
            if lacking:
                raise _refused(kind, path, f"has no column {' and '.join(lacking)}")
            pairs = [(row[names["time"]] or "", row[names["value"]] or "") for row in reader]
    except (OSError, UnicodeError, csv.Error) as unreadable:
        raise _refused(kind, path, f"cannot be read: {unreadable}") from unreadable
    return [(_time(time), value) for time, value in pairs]


def _refused(kind: str, path: Path, what: str) -> DataError:
    return DataError(
        "E_EVENT",
        f"the {kind} in '{path}' {what}.",
        fix="Give a CSV file that begins with: time,value.",
        details={"kind": kind, "path": str(path)},
    )


def _time(text: str) -> object:
    """Return an epoch as a number; eight digits are a day."""
    bare = text.strip()
    return int(bare) if bare.isdecimal() and len(bare) > _DAY else bare


def _is_naive(time: object) -> bool:
    """Say whether the time of a row that has been read names no zone; an epoch is UTC by itself."""
    return isinstance(time, str) and parse_instant(time).naive
