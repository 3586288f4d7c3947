"""A backtest that was kept, opened again."""

from functools import cached_property
from pathlib import Path
from typing import Any

from tradewright.core.bars import Bars
from tradewright.engine.types import Simulation
from tradewright.library.run_view import RunView
from tradewright.library.runs.again import require_same, run_again
from tradewright.library.runs.bars import BarsGoneError, bars_of, benchmark_of, world_of_run
from tradewright.library.runs.columns import columns_of
from tradewright.library.runs.reading import RunFolder
from tradewright.library.runs.shape import FURTHER_TRADE_FIELDS, TRADE_FIELDS
from tradewright.library.runs.shelf import RunShelf
from tradewright.research.around.world import World
from tradewright.research.backtest import Answer


class StoredRun(RunView):
    """A run that :meth:`RunView.save` wrote; its tables are read when they are asked for.

    Attributes
    ----------
    path
        The folder that it is in.

    Raises
    ------
    InputError
        ``E_RUN`` when there is no run at `folder`.
    DataError
        ``E_RUN_BROKEN``, ``E_RUN_FORMAT`` or ``E_RUN_CHANGED`` when it cannot be read, or not be trusted.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = RunFolder(Path(folder))
        self.path = self._folder.path
        document = self._folder.document
        self.metrics: dict[str, Any] = document["metrics"]
        self.warnings: list[dict[str, Any]] = document["warnings"]
        self._facts = {name: value for name, value in document["run"].items() if name != "open_trades"}

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the manifest: equal for runs that must agree."""
        return str(self.facts["fingerprint"])

    @property
    def result_hash(self) -> str:
        """SHA-256 of fills and equity: equal for runs that did agree."""
        return str(self.facts["result_hash"])

    @property
    def manifest(self) -> dict[str, Any]:
        """Data checksum, canonical strategy, rules, window and version."""
        return self._folder.manifest

    @property
    def origin(self) -> dict[str, Any]:
        """What was asked for, in the asker's words, and the strategy's code."""
        return self._folder.origin

    @property
    def facts(self) -> dict[str, Any]:
        """What was run, on which bars, under which rules."""
        return self._facts

    @property
    def envelope(self) -> dict[str, Any] | None:
        """Each metric with the ambiguous bars read against the run, and for it; None when not kept."""
        return self._folder.document.get("envelope")

    @property
    def bars(self) -> Bars | None:
        """The series that the run saw, up to the window's end; None when it cannot be had any more."""
        return self._bars

    @property
    def benchmark(self) -> Bars | None:
        """The series that alpha and beta were measured against; None for buy and hold, or when gone."""
        try:
            return benchmark_of(self.manifest, self.origin)
        except BarsGoneError:
            return None

    @property
    def world(self) -> World | None:
        """Rates, payments and finer bars that were given; None when any of them is gone."""
        try:
            return world_of_run(self.manifest, self.origin)
        except BarsGoneError:
            return None

    @cached_property
    def _bars(self) -> Bars | None:
        try:
            return bars_of(self.manifest, self.origin)
        except BarsGoneError:
            return None

    def trade_columns(self, *, still_open: bool = False) -> dict[str, Any]:
        """Return the trade table as named arrays; times are int64 UTC nanoseconds."""
        if still_open:
            rows = self._folder.document["run"]["open_trades"]
            further = [name for name in FURTHER_TRADE_FIELDS if all(name in row for row in rows)]
            return columns_of(rows, (*TRADE_FIELDS, *further))
        return self._columns("trades")

    def fill_columns(self) -> dict[str, Any]:
        """Return the fill table as named arrays; times are bar opens, of fills at the close bar closes."""
        return self._columns("fills")

    def equity_columns(self) -> dict[str, Any]:
        """Return bar time, equity and drawdown as named arrays."""
        return self._columns("equity")

    def answered(self) -> Answer:
        """Return all that the run was made of, by running it again."""
        return self._again

    def simulated(self) -> tuple[Simulation, Bars]:
        """Return the engine's own result and the bars that it ran on, by running it again."""
        return self._again.simulation, self._again.bars

    @cached_property
    def _again(self) -> Answer:
        return require_same(run_again(self.manifest, self.origin, self.facts), self.result_hash)

    def _columns(self, name: str) -> dict[str, Any]:
        if name not in self._tables:
            self._tables[name] = self._folder.table(name)
        return dict(self._tables[name])

    @cached_property
    def _tables(self) -> dict[str, dict[str, Any]]:
        return {}


def open_run(reference: str | Path | RunView) -> RunView:
    """Open a run again.

    Parameters
    ----------
    reference
        The folder that ``save`` wrote; of a kept run its fingerprint or the first digits of it (4 or
        more), its name, or ``last``. A run that is open already is returned as it is.

    Raises
    ------
    InputError
        ``E_RUN`` when there is no such run, or more than one.
    DataError
        ``E_RUN_BROKEN``, ``E_RUN_FORMAT`` or ``E_RUN_CHANGED`` when it cannot be read, or not be trusted.
    ParameterError
        ``E_PARAMETER`` for what is neither text, nor a path, nor a run.
    """
    return reference if isinstance(reference, RunView) else StoredRun(RunShelf().find(reference))
