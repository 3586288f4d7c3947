"""What a document with its parameters bound looks like over many rows at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from tradewright.strategy.document.market import MarketContext
from tradewright.strategy.plan import Match, Operand, Role

IntArray = npt.NDArray[np.int64]
RulePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of conditions; `count` is the k of ``at_least``."""

    match: Match
    members: tuple["Tree", ...]
    count: int = 0


# A number is the number of a place.
Tree = Union[int, Branch]  # noqa: UP007 - `|` cannot join a type with one that is not defined yet


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One condition of the document, in every row.

    Attributes
    ----------
    operator
        As in ``plan.Condition``.
    operands
        ``(rows, 1 + how many stand on the right)`` numbers of operands, the left one first.
    within_last, for_last
        ``(rows,)`` bars.
    """

    operator: str
    operands: IntArray
    within_last: IntArray
    for_last: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class BoundRows:
    """The plans of rows that have the same shape and differ in numbers only.

    Attributes
    ----------
    rows
        Their positions in the arrays given to ``ParametricDocument.bind``, ascending.
    operands
        The distinct operands of these rows; places and prices name them by number.
    places
        The conditions, and `roles` how they are combined.
    prices
        Column (``stop_long`` ...) -> ``(rows,)`` number of the operand that fills it.
    rules
        ``Plan.rules`` of one of the rows.
    rule_leaves
        Path inside `rules` -> the axis whose value stands there, unchanged, in each row.
    market, warnings
        As in ``Plan``; the same for all.
    """

    rows: IntArray
    operands: Sequence[Operand]
    places: tuple[Place, ...]
    roles: Mapping[Role, Tree]
    prices: Mapping[str, IntArray]
    rules: Mapping[str, Any]
    rule_leaves: Mapping[RulePath, str]
    market: MarketContext
    warnings: tuple[str, ...]
