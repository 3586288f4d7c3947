"""Scores of a sweep in a folder: what is kept stays kept, whenever the process ends."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tradewright.core.errors import DataError, EnvironmentFaultError
from tradewright.core.optional import optional
from tradewright.data.scores.part import Part
from tradewright.data.scores.part_files import PartFile, look_at, piece_of, read_part, write_part
from tradewright.data.scores.place import (
    LOCK,
    identity,
    names_in,
    read_manifest,
    refused,
    require_free,
    write_manifest,
)
from tradewright.data.scores.scores import Scores
from tradewright.data.stores.parquet.files import PARTIAL, make_folder
from tradewright.data.stores.parquet.lock import locked

if TYPE_CHECKING:
    import polars as pl


class ScoreFolder(Scores):
    """One Parquet file for each piece, and a manifest that says whose they are.

    A file is there whole or not at all, and its name carries its checksum: what is torn or altered is
    noticed when the folder is opened, and its piece is not :meth:`done`. Made by :meth:`open` or
    :meth:`read`.
    """

    def __init__(self, path: Path, about: Mapping[str, Any], fingerprint: str) -> None:
        self.path, self.about, self.fingerprint = path, about, fingerprint
        self._sweep = identity(about, fingerprint)
        self._held = ExitStack()
        self._writable = False
        self._files: dict[int, PartFile] = {}
        # Of each piece, files that the next part of it makes superfluous.
        self._replaced: dict[int, list[Path]] = {}

    @classmethod
    def open(
        cls, path: str | Path, about: Mapping[str, Any], fingerprint: str, *, fresh: bool = False
    ) -> Self:
        """Begin a sweep in a folder, or go on with the same one.

        Parameters
        ----------
        path
            A folder, made when it is not there.
        about
            What is swept, as plain JSON data; must be the same to go on, so it must hold the piece size.
        fingerprint
            SHA-256 of what was asked for.
        fresh
            Begin anew: the scores of whatever sweep the folder holds are removed, and nothing else.

        Raises
        ------
        InputError
            ``E_SWEEP_FOLDER`` when it belongs to another sweep (says in what they differ) or holds files
            that no sweep wrote; nothing in it is touched.
        EnvironmentFaultError
            ``E_SWEEP_BUSY`` when another process writes to it, ``E_WRITE`` or ``E_READ`` when it cannot
            be used.
        """
        folder = Path(path)
        if not (fresh and read_manifest(folder)):
            require_free(folder, about, fingerprint)
        scores = cls(folder, dict(about), fingerprint)
        with ExitStack() as held, _writing(folder):
            make_folder(folder)
            held.enter_context(_alone(folder))
            if fresh and read_manifest(folder):
                _clear(folder)
                write_manifest(folder, about, fingerprint)
            # Somebody may have been quicker.
            if not require_free(folder, about, fingerprint):
                write_manifest(folder, about, fingerprint)
            for left in folder.glob(f"*{PARTIAL}"):
                if piece_of(left.name.removesuffix(PARTIAL)) is not None:
                    left.unlink(missing_ok=True)
            scores._look_around()
            scores._held, scores._writable = held.pop_all(), True
        return scores

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Return the scores of a folder to be read only, also while a sweep writes to it.

        Raises
        ------
        InputError
            ``E_SWEEP_FOLDER`` when no sweep is there.
        EnvironmentFaultError
            ``E_READ`` when it cannot be read.
        """
        folder = Path(path)
        manifest = read_manifest(folder)
        if manifest is None:
            raise refused(folder, "holds no sweep, or its manifest is damaged")
        scores = cls(folder, manifest["about"], manifest["fingerprint"])
        scores._look_around()
        return scores

    @property
    def scored(self) -> int:
        """How many combinations were scored so far."""
        return sum(file.rows for file in self._files.values())

    @property
    def fallbacks(self) -> int:
        """How many of them were scored bar by bar."""
        return sum(file.fallbacks for file in self._files.values())

    def done(self) -> frozenset[int]:
        """Return the numbers of the pieces that are kept."""
        return frozenset(self._files)

    def keep(self, piece: int, part: Part) -> None:
        """Keep what a piece scored; when this returns it survives ``kill -9`` and a power cut.

        Raises
        ------
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written; what was kept before stays.
        """
        if not self._writable:
            raise ValueError(f"'{self.path}' is closed, or open for reading only")
        with _writing(self.path):
            before = self._files.get(piece)
            file = write_part(self.path, piece, part, self._sweep)
            self._files[piece] = file
            for old in [*self._replaced.pop(piece, []), *([before.path] if before else [])]:
                if old != file.path:
                    old.unlink(missing_ok=True)

    def part(self, piece: int) -> Part:
        """Return what a piece scored; KeyError when it is not kept.

        Raises
        ------
        DataError
            ``E_SWEEP_BROKEN`` when its file was altered since.
        EnvironmentFaultError
            ``E_READ`` when it cannot be read.
        """
        file = self._files[piece]
        part = read_part(file)
        if part is None:
            raise DataError(
                "E_SWEEP_BROKEN",
                f"'{file.path}' is gone, or not what was written: its checksum differs.",
                fix="Run the same sweep again: it scores again what is damaged, and nothing else.",
                details={"path": str(file.path), "piece": piece},
            )
        return part

    def frame(self) -> "pl.LazyFrame":
        """Return all rows: ``number``, ``axis:<name>`` (positions), ``metric:<id>``, in order of number."""
        polars: Any = optional("polars")
        paths = [self._files[piece].path for piece in sorted(self._files)]
        return polars.scan_parquet(paths, glob=False) if paths else polars.LazyFrame()

    def close(self) -> None:
        """Let others write to the folder; reading goes on."""
        self._writable = False
        self._held.close()

    def _look_around(self) -> None:
        """Find the whole parts; others stay until their piece is kept again."""
        for name in sorted(names_in(self.path)):
            piece, path = piece_of(name), self.path / name
            if piece is None:
                continue
            file = look_at(path, self._sweep)
            if file is None or piece in self._files:
                self._replaced.setdefault(piece, []).append(path)
            else:
                self._files[piece] = file


def _clear(folder: Path) -> None:
    """Remove all parts; the manifest is replaced after them, so that none is ever without."""
    for name in names_in(folder):
        if piece_of(name) is not None:
            (folder / name).unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Hold the folder's lock.

    Raises
    ------
    EnvironmentFaultError
        ``E_SWEEP_BUSY``.
    """
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / LOCK, 0.0))
        except EnvironmentFaultError as busy:
            if busy.code != "E_STORE_BUSY":
                raise
            holder = busy.details["holder"] or "unknown"
            raise EnvironmentFaultError(
                "E_SWEEP_BUSY",
                f"another sweep ({holder}) is writing to '{folder}'.",
                fix="Wait until it is done, end it, or choose another folder.",
                details={"path": str(folder), "holder": holder},
                retryable=True,
            ) from None
        yield


@contextmanager
def _writing(folder: Path) -> Generator[None]:
    """Turn what the operating system refuses inside the block into ``E_WRITE``."""
    try:
        yield
    except OSError as fault:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write the sweep to '{folder}': {fault.strerror or fault}.",
            fix="Free some space or make the folder writable, and run the same sweep again: it goes on with "
            "what was kept.",
            details={"path": str(folder)},
            retryable=True,
        ) from fault
