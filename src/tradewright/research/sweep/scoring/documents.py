"""Documents: one compiled template for all rows, equal comparisons made once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tradewright.engine.types import Floats
from tradewright.research.sweep.rule_places import Path
from tradewright.research.sweep.rule_rows import RuleRows
from tradewright.research.sweep.scoring.decided import Decided, Numbers
from tradewright.research.sweep.scoring.ground import Ground
from tradewright.strategy.parametric.bound import BoundRows
from tradewright.strategy.parametric.deciding.bank import Bank
from tradewright.strategy.parametric.deciding.decisions import Distinct, deciding, distinct_decisions
from tradewright.strategy.parametric.document import ParametricDocument
from tradewright.strategy.parametric.row_codes import codes_of, groups_of
from tradewright.strategy.plan import Direction

Axes = Mapping[str, Sequence[Any]]
Index = Mapping[str, Numbers]


class DocumentRows:
    """The rows of a document under one direction.

    Parameters
    ----------
    raw
        The document.
    axes
        Every axis of the sweep; those that the document does not declare are rules.
    leaves
        Places in the rules, each with its axis.
    """

    def __init__(
        self, ground: Ground, raw: Mapping[str, Any], axes: Axes, leaves: Mapping[Path, str], direction: Any
    ) -> None:
        self._ground, self._axes, self._leaves = ground, axes, leaves
        of_rules = set(leaves.values())
        own = {name: values for name, values in axes.items() if name not in of_rules}
        wanted: Direction | None = direction
        self._document = ParametricDocument(raw, ground.subject.params, own, wanted)
        self._rules: dict[Any, RuleRows] = {}

    def decided(self, index: Index) -> Iterator[Decided]:
        """Yield the rows of `index` by shape, by what fits a bank, and by the columns that their rules read.

        What is yielded is good until the next is asked for.

        Raises
        ------
        BankFullError
            When the columns of a single row do not fit.
        """
        for bound in self._document.bind(index):
            rules = self._rules_of(bound).table({name: part[bound.rows] for name, part in index.items()})
            distinct = distinct_decisions(bound)
            for chosen, bank in self._ground.banks.parts(bound, distinct.first):
                first = distinct.first if chosen is None else distinct.first[chosen]
                decider = deciding(bound, first, bank, self._ground.tolerance)
                rows, of = _rows_of(distinct, chosen)
                for where, columns in _by_prices(bound, rows, bank):
                    which = rows[where]
                    yield Decided(
                        bound.rows[which],
                        of[where],
                        first.size,
                        decider,
                        replace(rules, which=rules.which[which]),
                        columns,
                    )

    def places(self, first: Index) -> int:
        """Return how many conditions rows like the one of `first` have."""
        return max(len(bound.places) for bound in self._document.bind(first))

    def _rules_of(self, bound: BoundRows) -> RuleRows:
        """Return the rules of a shape: the document's, the caller's before them, and the axes."""
        given = self._ground.subject.question.rules
        leaves = {
            path: axis
            for path, axis in bound.rule_leaves.items()
            if path[0] not in given and (path[:1] not in self._leaves)
        }
        key = (repr(bound.rules), tuple(leaves.items()))
        if key not in self._rules:
            self._rules[key] = RuleRows(
                {**bound.rules, **given},
                {**leaves, **self._leaves},
                self._axes,
                self._ground.bars.instrument,
            )
        return self._rules[key]


def _rows_of(distinct: Distinct, chosen: Numbers | None) -> tuple[Numbers, Numbers]:
    """Return the rows of the `chosen` decisions, None for all, and which of these each row's is."""
    if chosen is None:
        return np.arange(distinct.of.size), distinct.of
    place = np.full(distinct.first.size, -1, np.int64)
    place[chosen] = np.arange(chosen.size)
    of = place[distinct.of]
    rows = np.flatnonzero(of >= 0)
    return rows, of[rows]


def _by_prices(
    bound: BoundRows, rows: Numbers, bank: Bank
) -> Iterator[tuple[Numbers | slice, Mapping[str, Floats]]]:
    """Yield which of `rows` have rules that read the same prices, and these prices by column."""
    names = list(bound.prices)
    parts = [bound.prices[name][rows] for name in names]
    if not parts or all((part == part[0]).all() for part in parts):
        yield (
            slice(None),
            {name: _values(bound, bank, part[0]) for name, part in zip(names, parts, strict=True)},
        )
        return
    codes = codes_of(parts, [len(bound.operands)] * len(parts))
    for where in groups_of(codes):
        first = where[0]
        yield (
            where,
            {name: _values(bound, bank, part[first]) for name, part in zip(names, parts, strict=True)},
        )


def _values(bound: BoundRows, bank: Bank, number: Any) -> Floats:
    return bank.values_of(bound.operands[int(number)])
