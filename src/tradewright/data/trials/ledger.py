"""The record of trials: every combination that was ever scored on a series is counted."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tradewright.data.trials.database import broken, read, transact
from tradewright.data.trials.moments import Moments
from tradewright.data.trials.scored import Scored, row_of, scored_of

FILE = "trials.sqlite"
# Where the count stands in a row.
_COUNTED = 8

_ALL = "SELECT * FROM scored ORDER BY sweep, first, last"
_INSERT = "INSERT INTO scored VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# No piece begins further before another that it reaches into than the longest is long.
_OVERLAPPING = (
    "SELECT first, last, count FROM scored WHERE sweep = :sweep AND last > :first AND first < :last "
    "AND first >= :first - (SELECT longest FROM totals) ORDER BY first"
)
_REMOVE = "DELETE FROM scored WHERE sweep = ? AND first = ? AND last = ?"
_COUNT = "UPDATE totals SET pieces = pieces + ?, combinations = combinations + ?, longest = max(longest, ?)"


@dataclass(frozen=True, slots=True)
class Trials:
    """What was tried on a series.

    Attributes
    ----------
    count
        Combinations that were scored. The same one in two sweeps counts twice: it was looked at twice.
    sharpes
        How many of them had a Sharpe ratio.
    mean_sharpe, variance_of_sharpe, best_sharpe
        Over those; the variance with ddof 1. As they were recorded: annualised, where metrics are. None
        where undefined.
    strategies, sweeps
        How many different ones.
    first, last
        When the first and the last of them were recorded, UTC, ISO 8601; None without any.
    """

    count: int = 0
    sharpes: int = 0
    mean_sharpe: float | None = None
    variance_of_sharpe: float | None = None
    best_sharpe: float | None = None
    strategies: int = 0
    sweeps: int = 0
    first: str | None = None
    last: str | None = None


class TrialLedger:
    """The record in one SQLite file, for any number of threads and processes at once.

    Nothing is held open between calls.

    Parameters
    ----------
    path
        Of the file; made, with its folder, when something is first recorded. On a disk of this machine:
        SQLite's log needs memory that its users share.
    patience_s
        How long to wait for other writers.
    """

    def __init__(self, path: str | Path, *, patience_s: float = 30.0) -> None:
        self.path, self._patience_s = Path(path), patience_s

    def record(self, scored: Iterable[Scored]) -> int:
        """Record pieces that were scored, all or none, and return how many were new.

        A piece whose combinations are recorded already changes nothing; one that covers recorded pieces of
        its sweep takes their place. Of pieces that were cut otherwise and only overlap, both stay: what is
        in both counts twice rather than never.

        Raises
        ------
        DataError
            ``E_TRIALS_BROKEN`` when the file is damaged, ``E_TRIALS_FORMAT`` when a newer version wrote it.
        EnvironmentFaultError
            ``E_TRIALS_BUSY`` when other writers leave no room, ``E_WRITE`` when it cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        rows = [row_of(piece, now) for piece in scored]

        def work(connection: sqlite3.Connection) -> int:
            return sum(_record(connection, row) for row in rows)

        return transact(self.path, work, self._patience_s) if rows else 0

    def trials(self, series: str, strategy_hash: str | None = None) -> Trials:
        """Return what was tried on a series, with one strategy or with any.

        Every row of the file is looked at, and whether any is missing.

        Parameters
        ----------
        series
            Checksum of the bars.

        Raises
        ------
        DataError
            ``E_TRIALS_BROKEN`` when the file is damaged, ``E_TRIALS_FORMAT`` when a newer version wrote it.
        EnvironmentFaultError
            ``E_TRIALS_BUSY`` or ``E_WRITE`` when it cannot be read.
        """
        found = read(self.path, self._whole, self._patience_s)
        return _summed(
            (piece, recorded)
            for piece, recorded in found or ()
            if piece.series == series and strategy_hash in {None, piece.strategy_hash}
        )

    def _whole(self, connection: sqlite3.Connection) -> list[tuple[Scored, str]]:
        """Return all pieces with when they were recorded, if they are all there and as they were written."""
        totals = connection.execute("SELECT * FROM totals").fetchall()
        pieces: list[tuple[Scored, str]] = []
        for row in connection.execute(_ALL):
            piece = scored_of(row)
            if piece is None:
                raise broken(self.path, f"row {len(pieces) + 1:,} is not what was written")
            pieces.append((piece, row[-2]))
        counted = (len(pieces), sum(piece.count for piece, _ in pieces))
        longest = max((piece.last - piece.first for piece, _ in pieces), default=0)
        if len(totals) != 1 or totals[0][:2] != counted or totals[0][2] < longest:
            raise broken(self.path, "rows are missing")
        return pieces


def _record(connection: sqlite3.Connection, row: Sequence[Any]) -> bool:
    """Write a row unless its combinations are there; say whether it was written."""
    sweep, first, last = row[:3]
    place = {"sweep": sweep, "first": first, "last": last}
    there = connection.execute(_OVERLAPPING, place).fetchall()
    if _covered(first, last, there):
        return False
    for begin, end, count in there:
        if first <= begin and end <= last:
            connection.execute(_REMOVE, (sweep, begin, end))
            connection.execute(_COUNT, (-1, -count, 0))
    connection.execute(_INSERT, row)
    connection.execute(_COUNT, (1, row[_COUNTED], last - first))
    return True


def _covered(first: int, last: int, ranges: Iterable[tuple[int, int, int]]) -> bool:
    """Say whether ranges in order of their beginning cover all from `first` to before `last`."""
    reached = first
    for begin, end, _ in ranges:
        if begin > reached:
            return False
        reached = max(reached, end)
    return reached >= last


def _summed(pieces: Iterable[tuple[Scored, str]]) -> Trials:
    """Return what pieces come to; in their own order, so that the last digit is always the same."""
    count, sharpes = 0, Moments()
    strategies: set[str] = set()
    sweeps: set[str] = set()
    times: list[str] = []
    for piece, recorded in pieces:
        count += piece.count
        sharpes += piece.sharpes
        strategies.add(piece.strategy_hash)
        sweeps.add(piece.sweep)
        times.append(recorded)
    return Trials(
        count,
        sharpes.count,
        sharpes.mean if sharpes.count else None,
        sharpes.variance,
        sharpes.best,
        len(strategies),
        len(sweeps),
        min(times, default=None),
        max(times, default=None),
    )
