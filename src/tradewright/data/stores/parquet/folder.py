"""The folder of one series: states by number, the files they are made of, and the journal of writes.

::

    timeframe=1h/
        version-000007.json        the newest state: what is in none of these is not in the series
        version-000006.json        the one before, for those who are still reading it
        year=2023/000004.parquet   named after the version that wrote it; never changed
        year=2024/000006.parquet
        year=2024/000007.parquet
        lineage.jsonl              every write
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tradewright.core.errors import DataError
from tradewright.data.lineage import LineageEntry, read_lines
from tradewright.data.stores.parquet.files import PARTIAL, append, put, reading
from tradewright.data.stores.parquet.manifest import Manifest, TornManifestError

JOURNAL = "lineage.jsonl"
LOCK = ".lock"
_STATE = re.compile(r"version-(\d{6,})\.json")


class Past(NamedTuple):
    """A state, as itself or as the beginning of one that came after; `entry` is the write that made it."""

    state: Manifest
    entry: LineageEntry


@dataclass(frozen=True, slots=True)
class SeriesFolder:
    """Reads and writes what describes a series; the bars themselves are elsewhere."""

    path: Path

    def numbers(self) -> list[int]:
        """Return the numbers of all states with a file, whole or not, the newest first."""
        if not self.path.is_dir():
            return []
        names = (_STATE.fullmatch(entry.name) for entry in self.path.iterdir())
        return sorted((int(match[1]) for match in names if match), reverse=True)

    def exists(self) -> bool:
        """Say whether there is a series here, be it damaged."""
        return bool(self.numbers()) or bool(self.journal())

    def state_file(self, number: int) -> Path:
        """Return where state `number` is written down."""
        return self.path / f"version-{number:06d}.json"

    def state(self, number: int) -> Manifest | None:
        """Return a state, or None when its file is gone or not whole."""
        path = self.state_file(number)
        try:
            with reading(path):
                return Manifest.from_text(path.read_text(encoding="utf-8"), str(path))
        except (FileNotFoundError, UnicodeDecodeError, TornManifestError):
            return None

    def states(self) -> list[Manifest]:
        """Return every state that is whole, the newest first."""
        return [state for state in map(self.state, self.numbers()) if state is not None]

    def current(self) -> Manifest | None:
        """Return the newest state, or None for a series that was never written.

        Raises
        ------
        DataError
            ``E_STORE_BROKEN`` when there are states and none is whole, or when they are missing.
        """
        numbers = self.numbers()
        for number in numbers:
            state = self.state(number)
            if state is not None:
                return state
        if numbers and self.numbers():
            raise broken(self.path, "no state of it can be read")
        if not numbers and self.journal() and not self.numbers():
            raise broken(self.path, "its states are missing")
        return None

    def commit(self, state: Manifest) -> None:
        """Make `state` the newest: from the moment its file has its name, it is."""
        self.catch_up(self.states())
        put(self.state_file(state.version), state.to_text().encode("utf-8"))
        self.catch_up([state])

    def catch_up(self, states: Iterable[Manifest]) -> None:
        """Enter into the journal what a crash kept out of it."""
        known = {entry.version for entry in self.journal()}
        missing = sorted((s.entry for s in states if s.version not in known), key=lambda entry: entry.version)
        if missing:
            append(self.path / JOURNAL, "".join(entry.to_line() for entry in missing))

    def journal(self) -> list[LineageEntry]:
        """Return the writes that stand in the journal."""
        path = self.path / JOURNAL
        if not path.is_file():
            return []
        with reading(path):
            return read_lines(path.read_text(encoding="utf-8", errors="replace"))

    def lineage(self) -> list[LineageEntry]:
        """Return every write, the first one first."""
        entries = {entry.version: entry for entry in self.journal()}
        entries |= {state.version: state.entry for state in self.states()}
        return [entries[version] for version in sorted(entries)]

    def pieces(self) -> list[Path]:
        """Return every file that holds bars or a state, and what interrupted writes left."""
        if not self.path.is_dir():
            return []
        inside = [*self.path.iterdir(), *self.path.glob("year=*/*")]
        kinds = (".parquet", PARTIAL)
        return sorted(p for p in inside if p.suffix in kinds or _STATE.fullmatch(p.name))

    def readable(self) -> dict[int, Past]:
        """Return the states that can be read, by number: those with a file, and the beginnings of those."""
        found: dict[int, Past] = {}
        states, entries = self.states(), self.lineage()
        for state in states:
            for entry in entries:
                if entry.version == state.version or (
                    state.covers(entry.version) and entry.version not in found
                ):
                    found[entry.version] = Past(state, entry)
        return found

    def covering(self, newest: Manifest, versions: Iterable[int]) -> list[Manifest]:
        """Return `newest` and the fewest states beside it from which `versions` can be read."""
        readable, chosen = self.readable(), [newest]
        for version in sorted(versions, reverse=True):
            if version in readable and not any(state.covers(version) for state in chosen):
                chosen.append(readable[version].state)
        return chosen

    def unneeded(self, kept: Iterable[Manifest]) -> list[Path]:
        """Return the pieces that none of the states in `kept` needs."""
        needed: set[Path] = set()
        for state in kept:
            needed.add(self.state_file(state.version))
            needed.update(self.path / part.file for part in state.parts)
        return [piece for piece in self.pieces() if piece not in needed]

    def tidy(self, newest: Manifest | None, before: Manifest | None) -> None:
        """Remove what interrupted writes left and older states that are the beginning of the newest.

        The state before the newest stays for those who are reading it. Nothing goes while a state is damaged:
        its bars may be all there is of it.
        """
        states = self.states()
        if len(states) != len(self.numbers()):
            return
        recent = {state.version for state in (newest, before) if state is not None}
        self.remove(
            self.unneeded(
                state
                for state in states
                if newest is None or state.version in recent or state.version < newest.extends
            )
        )

    def remove(self, pieces: Iterable[Path]) -> None:
        """Remove pieces, states before the bars they name, so that no state is left without its bars."""
        for piece in sorted(pieces, key=lambda path: path.suffix != ".json"):
            piece.unlink(missing_ok=True)


def missing(folder: Path, gone: FileNotFoundError) -> DataError:
    """Return the error for a series that lacks one of its files."""
    return broken(folder, f"'{Path(str(gone.filename)).name}' is missing")


def broken(path: Path, problem: str) -> DataError:
    """Return the error for a damaged series."""
    return DataError(
        "E_STORE_BROKEN",
        f"the store at '{path}' is damaged: {problem}.",
        fix="See what is wrong with: tradewright data verify. Restore it from a backup, or remove it with "
        "tradewright data remove, and import it again.",
        details={"path": str(path), "problem": problem},
    )
