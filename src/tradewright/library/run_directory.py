"""A run on disk: written whole or not at all, and read back."""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from tradewright.core.canonical import digest
from tradewright.core.errors import DataError, EnvironmentFaultError, InputError, nearest
from tradewright.core.optional import optional

RUN_FILE = "run.json"
RUN_FILES = frozenset({RUN_FILE, "manifest.json", "trades.parquet", "equity.parquet", "fills.parquet"})
FORMAT = 1


class RunTables(Protocol):
    """The frames of a run that are written as Parquet."""

    @property
    def trades(self) -> Any:
        """Closed trades."""
        ...

    @property
    def equity(self) -> Any:
        """Equity and drawdown by bar."""
        ...

    @property
    def fills(self) -> Any:
        """Every fill."""
        ...


def write_run(
    folder: Path, summary: dict[str, Any], manifest: dict[str, Any], tables: RunTables, *, overwrite: bool
) -> Path:
    """Write ``run.json manifest.json trades.parquet equity.parquet fills.parquet`` into `folder`."""
    _require_free(folder, overwrite=overwrite)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as draft:
            _write_files(Path(draft) / "new", summary, manifest, tables)
            _put_in_place(Path(draft) / "new", folder, Path(draft) / "old")
    except (OSError, optional("polars").exceptions.PolarsError) as refused:
        reason = refused.strerror if isinstance(refused, OSError) else "the disk refused the Parquet files"
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write the run to '{folder}': {reason or refused}.",
            fix="Choose a folder you may write to with --out, or free some space.",
            details={"path": str(folder)},
        ) from refused
    return folder


def _put_in_place(new: Path, folder: Path, old: Path) -> None:
    """Move `new` to `folder`; what stood there goes to `old`, and back when the move fails."""
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _require_free(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place that holds anything but, when overwriting, a run and nothing else."""
    if not folder.exists() and not folder.is_symlink():
        return
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    strangers = sorted(names - RUN_FILES)
    if folder.is_symlink():
        what, fix = "is a link", "Name the folder itself."
    elif not folder.is_dir():
        what, fix = "is a file", "Choose another folder."
    elif strangers:
        what, fix = f"holds {', '.join(strangers[:5])}, which no run wrote", "Choose another folder."
    elif not names or overwrite:
        return
    else:
        what, fix = "already holds a run", "Choose another folder, or say overwrite (--overwrite)."
    raise InputError("E_RUN_EXISTS", f"'{folder}' {what}.", fix=fix, details={"path": str(folder)})


def _write_files(draft: Path, summary: dict[str, Any], manifest: dict[str, Any], tables: RunTables) -> None:
    draft.mkdir()
    stamped = {"format": FORMAT, "checksum": digest(summary), **summary}
    for name, value in ((RUN_FILE, stamped), ("manifest.json", manifest)):
        (draft / name).write_text(json.dumps(value, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    for name in ("trades", "equity", "fills"):
        getattr(tables, name).write_parquet(draft / f"{name}.parquet", compression="zstd")
    _flush(draft.iterdir())


def _flush(paths: Iterable[Path]) -> None:
    """Force the files to disk, so that a run that is visible is also whole after a power cut."""
    for path in paths:
        with path.open("rb") as written:
            os.fsync(written.fileno())


def read_run(folder: Path) -> dict[str, Any]:
    """Read what :func:`write_run` wrote: the object that ``--json`` prints.

    Raises
    ------
    InputError
        ``E_RUN`` when there is no run at `folder`.
    DataError
        ``E_RUN_BROKEN`` when it cannot be read, ``E_RUN_FORMAT`` when a newer version wrote it.
    """
    path = folder / RUN_FILE if folder.is_dir() else folder
    if not path.is_file():
        raise _no_run(folder)
    try:
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        written_as = run.pop("format")
        checksum = run.pop("checksum", None)
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise DataError(
            "E_RUN_BROKEN",
            f"'{path}' is not a run of Tradewright.",
            fix="Run the backtest again with --out.",
            details={"path": str(path)},
        ) from broken
    if written_as != FORMAT:
        raise DataError(
            "E_RUN_FORMAT",
            f"'{path}' has format {written_as}; this version reads {FORMAT}.",
            fix="Open it with the version that wrote it, or run the backtest again.",
            details={"path": str(path), "format": written_as},
        )
    if checksum != digest(run):
        raise DataError(
            "E_RUN_CHANGED",
            f"'{path}' was changed after it was written; its numbers are not to be trusted.",
            fix="Run the backtest again with --out.",
            details={"path": str(path)},
        )
    return run


def _no_run(folder: Path) -> InputError:
    siblings = [path.parent.name for path in folder.parent.glob(f"*/{RUN_FILE}")]
    near = nearest(folder.name, siblings) or sorted(siblings)[:8]
    fix = (
        f"Runs beside it: {', '.join(near)}."
        if near
        else "Write one with: tradewright backtest ... --out DIR"
    )
    return InputError(
        "E_RUN", f"no run at '{folder}'.", fix=fix, details={"path": str(folder), "nearest": near}
    )


def read_equity(folder: Path) -> list[float]:
    """Return the equity curve of a run, one value a bar.

    Raises
    ------
    DataError
        ``E_RUN_BROKEN`` when the run's equity file is missing or unreadable.
    """
    path = (folder if folder.is_dir() else folder.parent) / "equity.parquet"
    polars = optional("polars")
    try:
        return polars.read_parquet(path)["equity"].to_list()
    except (OSError, polars.exceptions.PolarsError) as broken:
        raise DataError(
            "E_RUN_BROKEN",
            f"'{path}' cannot be read.",
            fix="Run the backtest again with --out.",
            details={"path": str(path)},
        ) from broken
