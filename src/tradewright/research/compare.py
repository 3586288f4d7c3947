"""Several runs side by side: what they were asked differently, what came of it, where they part."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tradewright.core.errors import InputError
from tradewright.core.optional import optional
from tradewright.metrics.catalog import BY_ID
from tradewright.research.evidence import (
    Difference,
    Evidence,
    differences,
    first_difference,
    readable,
    row_of,
)
from tradewright.research.html_table import html_table

if TYPE_CHECKING:
    import pandas as pd

FEWEST, MOST = 2, 20


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a run's fills first differ from those of the first run.

    Attributes
    ----------
    label
        The other run.
    index
        Which fill, from 0; None when all fills are equal.
    first, other
        The fill in each; None where that run has no more.
    """

    label: str
    index: int | None
    first: dict[str, Any] | None = None
    other: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data: ``label``, ``first_difference`` and both ``fills``."""
        fills = [readable(self.first), readable(self.other)]
        return {"label": self.label, "first_difference": self.index, "fills": fills}


@dataclass(frozen=True)
class Comparison:
    """Runs side by side; the first is what the others are compared with.

    Attributes
    ----------
    labels
        What each run is called.
    differences
        What they were asked differently.
    metrics
        Metric id -> its value in each run.
    best
        Metric id -> which runs have the better value, where "better" has a meaning and they differ.
    partings
        For each other run, where its fills first differ from the first run's.
    """

    runs: tuple[Evidence, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What each run is called."""
        return tuple(run.label for run in self.runs)

    @cached_property
    def differences(self) -> list[Difference]:
        """What the runs were asked differently."""
        return differences(self.runs)

    @cached_property
    def metrics(self) -> dict[str, tuple[Any, ...]]:
        """Metric id -> its value in each run."""
        known = dict.fromkeys(name for run in self.runs for name in run.metrics)
        return {name: tuple(run.metrics.get(name) for run in self.runs) for name in known}

    @cached_property
    def best(self) -> dict[str, tuple[int, ...]]:
        """Metric id -> which runs have the better value."""
        found = {name: _best(name, values) for name, values in self.metrics.items()}
        return {name: runs for name, runs in found.items() if runs}

    @property
    def same_result(self) -> bool:
        """Whether fills and equity of all runs are equal to the bit."""
        return len({run.result_hash for run in self.runs}) == 1

    @cached_property
    def partings(self) -> list[Parting]:
        """Where each other run's fills first differ from those of the first."""
        return [_parting(self.runs[0], other) for other in self.runs[1:]]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data: what ``--json`` prints."""
        return {
            "runs": [
                {"label": run.label, "fingerprint": run.facts["fingerprint"], "result_hash": run.result_hash}
                for run in self.runs
            ],
            "same_result": self.same_result,
            "differences": [difference.to_dict() for difference in self.differences],
            "metrics": {name: list(values) for name, values in self.metrics.items()},
            "envelopes": [run.envelope for run in self.runs],
            "best": {name: list(runs) for name, runs in self.best.items()},
            "fills": [parting.to_dict() for parting in self.partings],
        }

    def to_pandas(self) -> "pd.DataFrame":
        """Return the metrics, one row each, with a column for each run."""
        pandas: Any = optional("pandas")
        frame = pandas.DataFrame.from_dict(self.metrics, orient="index", columns=list(self.labels))
        frame.index.name = "metric"
        return frame

    def _repr_html_(self) -> str:
        """Show in a notebook what was asked differently, and every metric with the better values marked."""
        rows = [(_named(row), *(_text(value) for value in row.values)) for row in self.differences]
        rows += [
            (
                name,
                *(
                    f"{_text(value)}{'*' if i in self.best.get(name, ()) else ''}"
                    for i, value in enumerate(values)
                ),
            )
            for name, values in self.metrics.items()
        ]
        outcome = "Fills and equity are equal to the bit." if self.same_result else "The results differ."
        marked = ["* better of the runs, where that has a meaning"] if self.best else []
        return html_table(outcome, ("", *self.labels), rows, marked)

    def __repr__(self) -> str:
        """Say which runs, in how much they differ, and whether they came to the same."""
        asked = ", ".join(f"{row.name} {' | '.join(map(str, row.values))}" for row in self.differences[:5])
        outcome = "one result" if self.same_result else "results differ"
        return f"Comparison({' | '.join(self.labels)}: {outcome}; {asked or 'asked alike'})"


def compare(runs: Sequence[Evidence]) -> Comparison:
    """Put runs side by side.

    Raises
    ------
    InputError
        ``E_COMPARE`` for fewer than 2 or more than 20.
    """
    if not FEWEST <= len(runs) <= MOST:
        raise InputError(
            "E_COMPARE",
            f"{len(runs)} runs cannot be compared; it takes {FEWEST} to {MOST}.",
            fix="Name them by fingerprint, name, folder, or last.",
            details={"runs": len(runs)},
        )
    return Comparison(tuple(runs))


def _named(row: Difference) -> str:
    return f"{row.kind} {row.name}"


def _text(value: Any) -> str:
    return "—" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _best(name: str, values: tuple[Any, ...]) -> tuple[int, ...]:
    metric = BY_ID.get(name)
    known = [value for value in values if isinstance(value, int | float)]
    if metric is None or metric.better == "none" or len(set(known)) < FEWEST:
        return ()
    wanted = max(known) if metric.better == "higher" else min(known)
    return tuple(index for index, value in enumerate(values) if value == wanted)


def _parting(first: Evidence, other: Evidence) -> Parting:
    index = first_difference(first.fills, other.fills)
    if index is None:
        return Parting(other.label, None)
    return Parting(other.label, index, row_of(first.fills, index), row_of(other.fills, index))
