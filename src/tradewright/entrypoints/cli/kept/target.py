"""Where a run goes after it was printed: where ``--out`` says, and among the kept ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tradewright.core.errors import InputError, TradewrightError
from tradewright.entrypoints.cli.terminal import say, warn
from tradewright.library.runs.directory import require_free
from tradewright.library.runs.names import require_name
from tradewright.library.runs.shelf import LAST, RunShelf
from tradewright.reports.writing import make_folder
from tradewright.reports.writing import require_free as require_free_page

if TYPE_CHECKING:
    from tradewright.library.run import Run

_PAGE = ".html"
PAGES = frozenset({_PAGE, ".htm"})
# What somebody who names such a place expects is a file, and `export` writes some of them.
FILES = (
    *(".json", ".csv", ".tsv", ".parquet", ".feather", ".arrow", ".xlsx", ".xls", ".zip", ".gz"),
    *(".pdf", ".txt", ".md", ".xml", ".png", ".svg"),
)
_MOVE = "--move-name takes it over"


@dataclass(frozen=True, slots=True)
class Target:
    """What to do with a run.

    Attributes
    ----------
    place
        What ``--out`` names: a folder, or a page that ends in ``.html`` or ``.htm``.
    name
        For the kept run.
    move_name
        Whether to take the name from a run that has it.
    """

    place: Path | None
    overwrite: bool
    keep: bool
    name: str | None
    move_name: bool

    @property
    def shown_as(self) -> str | None:
        """What ``show`` takes for the run once it is written; None where nothing but a page is left."""
        if self.keep:
            return LAST
        return None if self.place is None or self._is_page else str(self.place)

    @property
    def _is_page(self) -> bool:
        return self.place is not None and self.place.suffix.casefold() in PAGES

    @property
    def _page(self) -> Path | None:
        """Where the report goes: beside the run's folder, or by itself."""
        if self.place is None or self._is_page:
            return self.place
        return self.place.with_name(f"{self.place.name}{_PAGE}")

    def _require_sense(self) -> None:
        """Refuse options that would do nothing, or something else than they say."""
        if self.name is not None and not self.keep:
            raise _useless("--name is for a kept run, and --no-keep keeps none.", "Leave one of them out.")
        if self.move_name and self.name is None:
            raise _useless("--move-name moves what --name says.", "Say --name NAME too.")
        if self.overwrite and self.place is None:
            raise _useless("--overwrite replaces what is in --out.", "Say --out DIR too, or leave it out.")
        if self.place is not None and self.place.suffix.casefold() in FILES:
            fix = f"For other files keep the run, then: tradewright export last {self.place.name}"
            raise _useless(f"--out writes a folder or an .html page, not '{self.place.name}'.", fix)

    def require_free(self) -> None:
        """Refuse a place that is taken and a name that is none, before the work; tell of a taken name.

        Raises
        ------
        InputError
            ``E_RUN_EXISTS``, ``E_PAGE_EXISTS`` or ``E_RUN_NAME``; ``E_USAGE`` for options that would do
            nothing, or something else than they say.
        """
        self._require_sense()
        if self.name is not None:
            require_name(self.name)
            self._tell_of_taken(self.name)
        if self.place is not None and not self._is_page:
            require_free(self.place, overwrite=self.overwrite)
        if self._page is not None:
            require_free_page(self._page, overwrite=self.overwrite)

    def write(self, run: "Run") -> None:
        """Write and keep the run; that it cannot be kept is said, and loses nothing.

        Raises
        ------
        TradewrightError
            When what ``--out`` asked for cannot be written.
        """
        try:
            if self.place is not None and self._page is not None:
                self._write_out(run, self.place, self._page)
        except TradewrightError:
            self._keep(run)
            raise
        self._keep(run)

    def _tell_of_taken(self, name: str) -> None:
        """Say before the work what may become of a name; whether it is the same run, only the work shows."""
        shelf = RunShelf()
        other = shelf.names.get(name)
        if other and not self.move_name and (shelf.root / other).exists():
            say(f"the name '{name}' belongs to the run {other[:12]}; {_MOVE}, if this one is another")

    def _write_out(self, run: "Run", place: Path, page: Path) -> None:
        if not self._is_page:
            run.save(place, overwrite=self.overwrite)
        make_folder(page)
        run.report(page, overwrite=self.overwrite)
        say(f"written to {page}" if self._is_page else f"written to {place} and {page}")

    def _keep(self, run: "Run") -> None:
        if not self.keep:
            return
        try:
            run.keep(None if self.move_name else self.name)
        except TradewrightError as refused:
            taken = refused.code == "E_RUN_NAME"
            refused.fix = f"{_MOVE[0].upper()}{_MOVE[1:]}, or choose another." if taken else refused.fix
            kept = "lacks" in refused.details
            warn(str(refused) if kept else f"the run is not kept: {refused}")
            if not kept:
                return
        if self.move_name and self.name is not None:
            _take_name(self.name, run.fingerprint)


def _take_name(name: str, fingerprint: str) -> None:
    try:
        RunShelf().names.give(name, fingerprint)
    except TradewrightError as refused:
        warn(f"the run is kept, but not by that name: {refused}")


def _useless(message: str, fix: str) -> InputError:
    return InputError("E_USAGE", message, fix=fix)
