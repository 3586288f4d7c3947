"""The columns that rules read: as many at a time as there is memory for."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.terms import NO_ROW, TERMS
from tradewright.research.sweep.scoring.decided import Decided, Numbers

Table = npt.NDArray[Any]

_ROW_FIELDS = tuple(name for name in TERMS.names or () if name.endswith("_row"))


def columns_read(terms: Table) -> Numbers:
    """Return the numbers of the columns that rules read, ascending."""
    found = np.unique(np.concatenate([terms[name].ravel() for name in _ROW_FIELDS]))
    return found[found != NO_ROW].astype(np.int64)


def renumbered(terms: Table, read: Numbers) -> Table:
    """Return rules that read the columns `read` by their places in it, for those that read no others."""
    if not read.size:
        return terms
    moved = terms.copy()
    for name in _ROW_FIELDS:
        places = np.minimum(np.searchsorted(read, terms[name]), read.size - 1)
        moved[name] = np.where(terms[name] == NO_ROW, NO_ROW, places)
    return moved


def portions(decided: Decided, most: int) -> Iterator[Decided]:
    """Yield the rows of `decided` in portions whose rules read no more than `most` columns.

    Rules that read more by themselves are a portion all the same.
    """
    table = decided.rules
    used = np.unique(table.which)
    if columns_read(table.terms[used]).size <= most:
        yield decided
        return
    for together in _groups(table.terms[used], most):
        rows = np.flatnonzero(np.isin(table.which, used[together]))
        yield replace(
            decided,
            rows=decided.rows[rows],
            of=decided.of[rows],
            rules=replace(table, which=table.which[rows]),
        )


def _groups(terms: Table, most: int) -> Iterator[list[int]]:
    """Yield places of rules that read few columns together: neighbours when ordered by what they read."""
    reads = np.stack([part for name in _ROW_FIELDS for part in terms[name].reshape(len(terms), -1).T])
    group: list[int] = []
    columns: set[int] = set()
    for place in np.lexsort(reads).tolist():
        own = set(reads[:, place].tolist()) - {NO_ROW}
        if group and len(columns | own) > most:
            yield group
            group, columns = [], set()
        group.append(place)
        columns |= own
    yield group
