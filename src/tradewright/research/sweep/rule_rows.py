"""The rules of many combinations as records, without building the rules of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.instrument import Instrument
from tradewright.core.validation import build
from tradewright.engine.rules import Rules
from tradewright.engine.terms import TERMS, terms_of
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep.rule_cells import Records, RuleCell
from tradewright.research.sweep.rule_places import OWNER, Path, opened, put, refuse_places_in_places
from tradewright.research.sweep.rule_values import IntArray, RuleValues

_ROWS = tuple(name for name in TERMS.names or () if name.endswith("_row"))
_LARGEST_KEY = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class RuleTable:
    """The rules of some combinations.

    Attributes
    ----------
    terms
        Of dtype TERMS, one record for each distinct set of values among the combinations.
    which
        int64, shape ``(combinations,)``: the record of each.
    names
        The columns that the ``*_row`` fields of `terms` mean: of all tables of a sweep so far, in an order
        that only grows.
    """

    terms: npt.NDArray[Any]
    which: IntArray
    names: tuple[str, ...]
    _read: Callable[[int], Rules] = field(repr=False)

    def rules(self, i: int) -> Rules:
        """Return the rules of ``terms[i]``, built anew."""
        return self._read(i)


class RuleRows:
    """The rules of a sweep; safe to use from several threads.

    Parameters
    ----------
    base
        Rules in plain data: the strategy's, then the caller's.
    leaves
        Places in `base`, each with the name of the axis whose value stands there. Positions of targets
        count from 0.
    axes
        The values of each axis as a backtest takes them, words too. Axes that no leaf names are ignored.
    instrument
        What is traded: its ticks and steps are part of the records.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` for words in none of the forms of their rule, and for axes that set the same part.
    """

    def __init__(
        self,
        base: Mapping[str, Any],
        leaves: Mapping[Path, str],
        axes: Mapping[str, Sequence[Any]],
        instrument: Instrument,
    ) -> None:
        refuse_places_in_places(leaves)
        self._base = opened(rules_in_plain(base), leaves)
        self._instrument = instrument
        self._axes = [
            RuleValues(name, values, [path for path, axis in leaves.items() if axis == name])
            for name, values in axes.items()
            if name in leaves.values()
        ]
        self._cells: dict[tuple[int, ...], RuleCell] = {}
        self._names: dict[str, int] = {}
        self._lock = Lock()

    def table(self, index: Mapping[str, IntArray]) -> RuleTable:
        """Return the rules of combinations.

        Parameters
        ----------
        index
            For each axis the position of each combination's value; int64, all of one length. Without any
            axis there is one combination.

        Raises
        ------
        InputError
            What a single run of the combination would raise; ``details["axes"]`` holds its values.
        """
        count = next((len(positions) for positions in index.values()), 1)
        columns = [index[axis.name] for axis in self._axes]
        first, which = _distinct(columns, [len(axis.given) for axis in self._axes], count)
        rows = np.empty((len(first), len(columns)), np.int64)
        for number, column in enumerate(columns):
            rows[:, number] = column[first]
        with self._lock:
            terms = self._terms(rows)
            names = tuple(self._names)
        return RuleTable(terms, which, names, partial(self._rules_of, rows))

    def _terms(self, rows: IntArray) -> Records:
        """Return the records of distinct combinations, one structure after the other."""
        classes = np.empty_like(rows)
        for number, axis in enumerate(self._axes):
            classes[:, number] = axis.classes[rows[:, number]]
        first, which = _distinct(list(classes.T), [len(axis.numeric) for axis in self._axes], len(rows))
        if len(first) == 1:
            return self._cell(classes[0], rows[0]).records(rows)
        terms = np.empty(len(rows), TERMS)
        for number, position in enumerate(first):
            inside = which == number
            terms[inside] = self._cell(classes[position], rows[position]).records(rows[inside])
        return terms

    def _cell(self, classes: IntArray, row: IntArray) -> RuleCell:
        key = tuple(classes.tolist())
        if key not in self._cells:
            factors = (self._instrument.tick,) if self._instrument.tick > 0 else ()
            self._cells[key] = RuleCell(self._record, self._axes, row, factors)
        return self._cells[key]

    def _record(self, row: Sequence[int]) -> Records:
        """Return the record of one combination, its rows in the order of the whole sweep."""
        try:
            record, names = terms_of(self._rules(row), self._instrument)
        except InputError as refused:
            raise self._named(refused, row) from None
        lines = np.array([*(self._names.setdefault(name, len(self._names)) for name in names), -1], np.int64)
        for field_of_row in _ROWS:
            record[field_of_row] = lines[record[field_of_row]]
        return record

    def _rules_of(self, rows: IntArray, i: int) -> Rules:
        return self._rules(rows[i].tolist())

    def _rules(self, row: Sequence[int]) -> Rules:
        plain = dict(self._base)
        for axis, position in zip(self._axes, row, strict=True):
            for path, values in axis.plain.items():
                put(plain, path, values[position])
        return build(Rules, plain, kind="rule", owner=OWNER)

    def _named(self, refused: InputError, row: Sequence[int]) -> InputError:
        """Say of which combination an error is."""
        values = {axis.name: axis.given[at] for axis, at in zip(self._axes, row, strict=True)}
        if values:
            shown = ", ".join(f"{name}={value!r}" for name, value in values.items())
            refused.message = f"{refused.message} The combination is {shown}."
            refused.args = (refused.message,)
            refused.details["axes"] = values
        return refused


def _distinct(columns: Sequence[IntArray], sizes: Sequence[int], count: int) -> tuple[IntArray, IntArray]:
    """Return where each distinct row of `columns` is first, and for each row which of them it is."""
    key = np.zeros(count, np.int64)
    span = 1
    for column, size in zip(columns, sizes, strict=True):
        if span * size > _LARGEST_KEY:
            seen, key = np.unique(key, return_inverse=True)
            span = len(seen)
        key = key * size + column
        span *= size
    if span == 1 and count:
        return np.zeros(1, np.int64), key
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which
