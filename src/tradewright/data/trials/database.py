"""The ledger's file: made whole, opened with care, and faults of SQLite in our words."""

import os
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from tradewright.core.errors import DataError, EnvironmentFaultError, TradewrightError
from tradewright.core.hooks import check_cancelled
from tradewright.data.stores.parquet.files import flush_folder, make_folder
from tradewright.data.stores.parquet.lock import locked

Result = TypeVar("Result")

_APPLICATION, _VERSION = 0x54574C47, 1  # "TWLG"
# A transaction writes a few rows and takes milliseconds.
_PAUSE_S, _WAIT_S = 0.01, 1.0
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_REFUSED = {
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM),
}
# One tree without a second index: whatever is damaged shows when the rows are read.
_SCHEMA = """
CREATE TABLE scored (
    sweep, first, last, series, symbol, timeframe, strategy, strategy_hash,
    count, sharpes, mean, m2, best, recorded, checksum,
    PRIMARY KEY (sweep, first, last)
) WITHOUT ROWID;
CREATE TABLE totals (pieces INTEGER NOT NULL, combinations INTEGER NOT NULL, longest INTEGER NOT NULL);
INSERT INTO totals VALUES (0, 0, 0);
"""


def transact(path: Path, work: Callable[[sqlite3.Connection], Result], patience_s: float) -> Result:
    """Do `work` on the ledger in one write transaction, on disk when this returns; the file is made.

    Raises
    ------
    DataError
        ``E_TRIALS_BROKEN`` or ``E_TRIALS_FORMAT``.
    EnvironmentFaultError
        ``E_TRIALS_BUSY`` when other writers leave no room within `patience_s` seconds, ``E_WRITE``.
    """
    with _told(path):
        _make(path, patience_s)
        return _patiently(path, patience_s, "BEGIN IMMEDIATE", work)


def read(path: Path, work: Callable[[sqlite3.Connection], Result], patience_s: float) -> Result | None:
    """Do `work` on one state of the ledger; None when there is no ledger. The errors of :func:`transact`."""
    with _told(path):
        if not path.exists():
            _require_no_log(path)
            return None
        return _patiently(path, patience_s, "BEGIN", work)


def broken(path: Path, what: str) -> DataError:
    """Return the error of a ledger that cannot be trusted."""
    return DataError(
        "E_TRIALS_BROKEN",
        f"the record of trials at '{path}' is damaged: {what}.",
        fix="Put a copy from a backup in its place; or move it away and begin a new one, knowing that "
        "earlier trials are not counted then.",
        details={"path": str(path)},
    )


def _patiently(
    path: Path, patience_s: float, begin: str, work: Callable[[sqlite3.Connection], Result]
) -> Result:
    """Do `work` between `begin` and commit; SQLite's own waiting does not cover all that may be busy."""
    until = time.monotonic() + patience_s
    while True:
        try:
            with closing(_connect(path)) as connection:
                connection.execute(begin)
                _require_ours(path, connection)
                result = work(connection)
                connection.execute("COMMIT")
                return result
        except sqlite3.OperationalError as fault:
            if _code(fault) not in _BUSY or time.monotonic() >= until:
                raise
        check_cancelled()
        time.sleep(_PAUSE_S)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file that is there; transactions begin and end where they are said to."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _require_ours(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION or version < _VERSION:
        raise broken(path, "it is a database, but no record of trials")
    if version > _VERSION:
        raise DataError(
            "E_TRIALS_FORMAT",
            f"the record of trials at '{path}' has format {version}, which a newer version wrote; this one "
            f"knows {_VERSION}.",
            fix="Update Tradewright; nothing was counted or changed.",
            details={"path": str(path), "format": version},
        )


def _make(path: Path, patience_s: float) -> None:
    """Make the file aside and put it in place: one that is there is whole, so an empty one is damage."""
    if path.exists():
        return
    make_folder(path.parent)
    with locked(path.with_name(f".{path.name}.lock"), patience_s):
        if path.exists():
            return
        _require_no_log(path)
        aside = path.with_name(f"{path.name}.partial")
        for left in (aside, *_logs(aside)):
            left.unlink(missing_ok=True)
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
        flush_folder(path.parent)


def _require_no_log(path: Path) -> None:
    """Refuse a log without its file: SQLite would take it for that of any file put there."""
    if any(log.exists() for log in _logs(path)):
        raise broken(path, "the file is gone, but its log is there")


def _logs(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]


@contextmanager
def _told(path: Path) -> Generator[None]:
    """Turn faults of SQLite and the operating system inside the block into ours."""
    try:
        yield
    except (TradewrightError, sqlite3.ProgrammingError):  # the latter would be ours
        raise
    except (sqlite3.DatabaseError, UnicodeError) as fault:
        code = _code(fault)
        if code in _BUSY:
            raise EnvironmentFaultError(
                "E_TRIALS_BUSY",
                f"other processes kept the record of trials at '{path}' busy.",
                fix="Wait until they are done, and run this again.",
                details={"path": str(path)},
                retryable=True,
            ) from fault
        if code in _REFUSED:
            raise _refused(path, str(fault)) from fault
        raise broken(path, str(fault)) from fault
    except OSError as fault:
        raise _refused(path, fault.strerror or str(fault)) from fault


def _refused(path: Path, why: str) -> EnvironmentFaultError:
    return EnvironmentFaultError(
        "E_WRITE",
        f"cannot use the record of trials at '{path}': {why}.",
        fix="Free some space, make the folder writable, or choose another with TRADEWRIGHT_HOME; nothing "
        "that was recorded is lost.",
        details={"path": str(path)},
        retryable=True,
    )


def _code(fault: BaseException) -> int:
    """Return SQLite's primary result code; 0 where it gave none."""
    return int(getattr(fault, "sqlite_errorcode", 0)) & 0xFF
