"""The runs that this installation keeps: one folder each, named by fingerprint."""

import os
import re
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tradewright.core.errors import (
    DataError,
    EnvironmentFaultError,
    InputError,
    ParameterError,
    TradewrightError,
    nearest,
)
from tradewright.library.defaults import home
from tradewright.library.runs.card import RunCard, RunListing, card_of, checked
from tradewright.library.runs.directory import RUN_FILE, RunRecord, write_run
from tradewright.library.runs.index import Entry, RunIndex
from tradewright.library.runs.layouts import NEWEST
from tradewright.library.runs.names import RunNames
from tradewright.library.runs.reading import RunFolder, is_run

LAST = "last"
FEWEST_DIGITS = 4
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_STALE_S = 24 * 3600


class RunShelf:
    """Kept runs under `root`; made by the first run that is kept."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = home() / "runs" if root is None else root
        self._index = RunIndex(self.root / "index.jsonl")
        self.names = RunNames(self.root / "names")

    def put(self, record: RunRecord) -> Path:
        """Write a run, unless it is kept already, and return its folder.

        Raises
        ------
        DataError
            ``E_RUN_OTHER`` when the run is kept with another result, which stays.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        facts = record.summary["run"]
        folder, result = self.root / str(facts["fingerprint"]), str(facts["result_hash"])
        if not _holds(folder, result) and not _write(folder, record):
            _holds(folder, result)  # another program was quicker: with the same result, or else
        self._sweep()
        return folder

    def mark_last(self, folder: Path) -> None:
        """Make a kept run the last one.

        Raises
        ------
        EnvironmentFaultError
            ``E_WRITE`` when the folder does not allow it.
        """
        try:
            os.utime(folder / RUN_FILE)
            kept = (folder / RUN_FILE).stat().st_mtime_ns
        except OSError as refused:
            raise EnvironmentFaultError(
                "E_WRITE",
                f"cannot mark the run in '{folder}' as the last one: {refused.strerror}.",
                fix="Make the folder writable.",
                details={"path": str(folder)},
            ) from refused
        self._index.add([(kept, card_of(folder, kept))])

    def name(self, name: str, fingerprint: str) -> None:
        """Give a name to a kept run.

        Raises
        ------
        InputError
            ``E_RUN_NAME`` when it cannot be one, or another run has it.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written.
        """
        other = self.names.get(name)
        if other and other != fingerprint and (self.root / other).exists():
            raise InputError(
                "E_RUN_NAME",
                f"the name '{name}' belongs to the run {other[:12]}.",
                fix="Choose another name, or delete that run.",
                details={"name": name, "run": other},
            )
        self.names.give(name, fingerprint)

    def listing(
        self, *, strategy: str | None = None, symbol: str | None = None, limit: int | None = None
    ) -> RunListing:
        """Return the kept runs, the latest first; damaged ones say so and stop nothing."""
        names = self.names.by_fingerprint()
        cards = [card for card in self._cards() if _is_asked_for(card, strategy, symbol)]
        shown = cards if limit is None else cards[:limit]
        told = [
            replace(checked(card, self.root / card.fingerprint), names=names.get(card.fingerprint, ()))
            for card in shown
        ]
        return RunListing(told, len(cards))

    def find(self, reference: object) -> Path:
        """Return the folder of the run that a path, name, fingerprint or ``last`` means.

        Raises
        ------
        InputError
            ``E_RUN`` when there is none, or more than one.
        ParameterError
            ``E_PARAMETER`` for what is neither text nor a path.
        EnvironmentFaultError
            ``E_READ`` when the kept runs cannot be read.
        """
        if isinstance(reference, Path) or (isinstance(reference, str) and _is_path(reference.strip())):
            return RunFolder(Path(str(reference).strip()).expanduser()).path
        if not isinstance(reference, str):
            raise ParameterError(
                "E_PARAMETER",
                f"a run is named by text or a path, not by a {type(reference).__name__}.",
                fix="Give its fingerprint, its name, its folder, or last.",
                details={"type": type(reference).__name__},
            )
        text = reference.strip()
        if text == LAST or not is_run(Path(text)):
            return self._kept_as(text)
        if not text:
            raise _unknown(text, [])
        return self._one_of(text, RunFolder(Path(text)).path)

    def _kept_as(self, text: str) -> Path:
        kept = self._kept()
        if text == LAST:
            if kept:
                return self.root / max(kept, key=lambda fingerprint: kept[fingerprint])
            raise _unknown(text, [])
        named = self.names.get(text)
        if named is not None and named in kept:
            return self.root / named
        return self.root / self._by_digits(text, kept)

    def _one_of(self, text: str, folder: Path) -> Path:
        """Return a folder of the working directory, unless a kept run is called so too."""
        try:
            kept = self._kept_as(text)
        except InputError as unknown:
            if unknown.details.get("choices"):
                raise
            return folder
        if kept.resolve() == folder.resolve():
            return kept
        raise InputError(
            "E_RUN",
            f"'{text}' is a kept run, and a folder here.",
            fix=f"Write ./{text} for the folder, {kept.name[:12]} for the kept run.",
            details={"name": text, "choices": [f"./{text}", kept.name]},
        )

    def delete(self, folder: Path) -> None:
        """Remove a kept run, and the names that were given to it.

        Raises
        ------
        InputError
            ``E_RUN_NOT_KEPT`` when the folder is not among the kept ones.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be removed.
        """
        if folder.parent.resolve() != self.root.resolve():
            raise InputError(
                "E_RUN_NOT_KEPT",
                f"'{folder}' is not among the kept runs, and only those are deleted here.",
                fix="Remove the folder yourself.",
                details={"path": str(folder)},
            )
        going = self.root / f".{folder.name[:12]}-{uuid.uuid4().hex}"
        try:
            folder.rename(going)  # at once: a run is whole or gone
            self.names.forget(folder.name)
            shutil.rmtree(going)
        except OSError as refused:
            raise EnvironmentFaultError(
                "E_WRITE",
                f"cannot remove the run in '{folder}': {refused.strerror}.",
                fix="Make the folder writable.",
                details={"path": str(folder)},
            ) from refused

    def _by_digits(self, text: str, kept: dict[str, int]) -> str:
        digits = text.casefold()
        if len(digits) >= FEWEST_DIGITS and re.fullmatch(r"[0-9a-f]+", digits):
            found = sorted(fingerprint for fingerprint in kept if fingerprint.startswith(digits))
            if len(found) == 1:
                return found[0]
            if found:
                few = ", ".join(fingerprint[: len(digits) + FEWEST_DIGITS] for fingerprint in found[:5])
                raise InputError(
                    "E_RUN",
                    f"'{text}' is the beginning of {len(found)} kept runs.",
                    fix=f"Give more digits: {few}.",
                    details={"name": text, "choices": found},
                )
        raise _unknown(text, self._near(digits, kept) if digits else [])

    def _near(self, text: str, kept: dict[str, int]) -> list[str]:
        """Return the names, else the fingerprints, that look like `text`."""
        begins = {fingerprint[: len(text)]: fingerprint for fingerprint in kept}
        return nearest(text, self.names.all()) or [begins[near][:12] for near in nearest(text, begins)]

    def _kept(self) -> dict[str, int]:
        """Return fingerprint -> when it was kept, epoch nanoseconds; 0 where that cannot be said."""
        try:
            names = [path.name for path in self.root.iterdir() if _FINGERPRINT.fullmatch(path.name)]
        except FileNotFoundError:
            return {}
        except OSError as refused:
            raise EnvironmentFaultError(
                "E_READ",
                f"cannot read the kept runs in '{self.root}': {refused.strerror}.",
                fix="Make the folder readable, or set TRADEWRIGHT_HOME to another one.",
                details={"path": str(self.root)},
            ) from refused
        return {name: _kept_at(self.root / name) for name in names}

    def _cards(self) -> list[RunCard]:
        kept, known = self._kept(), self._index.read()
        found: dict[str, Entry] = {}
        fresh: list[Entry] = []
        for fingerprint, at in kept.items():
            card = known.get((fingerprint, at))
            if card is None:
                card = card_of(self.root / fingerprint, at)
                if card.damaged and not (self.root / fingerprint).exists():
                    continue  # deleted while it was read
                fresh += [] if card.damaged else [(at, card)]
            found[fingerprint] = at, card
        self._index.add(fresh)
        self._index.tidy(found)
        return [
            card for _, card in sorted(found.values(), key=lambda entry: (-entry[0], entry[1].fingerprint))
        ]

    def _sweep(self) -> None:
        """Remove what programs that were killed while writing left behind, a day later."""
        for path in (*self.root.glob(".*-*"), *self.names.drafts()):
            with suppress(FileNotFoundError):  # another program has just finished with it
                if path.is_dir() and time.time() - path.stat().st_mtime > _STALE_S:
                    shutil.rmtree(path, ignore_errors=True)


def _holds(folder: Path, result_hash: str) -> bool:
    """Say whether a run is kept and sound; one that is damaged is to be written again.

    What a newer version wrote is not damaged, and not to be replaced by an older one.
    """
    if not is_run(folder):
        return False
    try:
        kept = RunFolder(folder)
        kept.verify()
    except TradewrightError as broken:
        if broken.code == "E_RUN_FORMAT" and broken.details["format"] > NEWEST:
            raise
        return False
    if kept.document["run"]["result_hash"] == result_hash:
        return True
    raise DataError(
        "E_RUN_OTHER",
        f"the run {folder.name[:12]} is kept already, asked just alike and with another result; it stays.",
        fix="The strategy reads what no run keeps (a file, the clock, chance), or was run on another "
        f"machine. To keep this one instead: tradewright delete {folder.name[:12]}, and run it again.",
        details={"path": str(folder), "kept": kept.document["run"]["result_hash"], "now": result_hash},
    )


def _write(folder: Path, record: RunRecord) -> bool:
    """Write a run where none stands, or a damaged one; False when another program just wrote it."""
    damaged = folder.exists()
    try:
        # The run can be had again by running it, and nobody should wait for a busy disk after each.
        write_run(folder, record, overwrite=damaged, durable=False)
    except EnvironmentFaultError as refused:
        refused.fix = "Free some space, or set TRADEWRIGHT_HOME to a folder you may write to."
        raise
    except InputError:
        if not damaged and is_run(folder):
            return False
        raise
    return True


def _is_path(text: str) -> bool:
    """Say whether a reference can only be a place: a name has no folder in it."""
    return "/" in text or "\\" in text or text.startswith((".", "~"))


def _is_asked_for(card: RunCard, strategy: str | None, symbol: str | None) -> bool:
    asked = ((strategy, card.strategy), (symbol, card.symbol))
    return all(wanted is None or wanted.casefold() == has.casefold() for wanted, has in asked)


def _kept_at(folder: Path) -> int:
    try:
        return (folder / RUN_FILE).stat().st_mtime_ns
    except OSError:
        return 0


def _unknown(text: str, near: list[str]) -> InputError:
    fix = "List them with: tradewright list"
    if near:
        fix = f"Did you mean {' or '.join(map(repr, near[:3]))}?"
    elif text == LAST:
        fix = "Run one with: tradewright backtest ..."
    what = "no run is kept yet." if text == LAST else f"there is no run '{text}'."
    return InputError("E_RUN", what, fix=fix, details={"name": text, "nearest": near})
