"""Trees of conditions as steps that compiled code takes."""

from collections.abc import Iterator, Mapping

import numpy as np

from tradewright.kernels import truth, word_logic
from tradewright.kernels.bits import Words
from tradewright.kernels.word_program import Program
from tradewright.strategy.parametric.bound import BoundRows, Branch, Tree
from tradewright.strategy.plan import Match, Role

_ROLES: tuple[Role, ...] = ("long_entry", "long_exit", "short_entry", "short_exit", "filter")
_KINDS = {
    ">": truth.GREATER,
    ">=": truth.GREATER_EQUAL,
    "<": truth.LESS,
    "<=": truth.LESS_EQUAL,
    "==": truth.EQUAL,
    "!=": truth.NOT_EQUAL,
    "crosses_above": word_logic.CROSSES_ABOVE,
    "crosses_below": word_logic.CROSSES_BELOW,
    "between": word_logic.BETWEEN,
    "outside": word_logic.OUTSIDE,
}
_HOW: Mapping[Match, int] = {
    "all": word_logic.ALL,
    "any": word_logic.ANY,
    "none": word_logic.NONE,
    "at_least": word_logic.AT_LEAST,
}


def kind_of(operator: str) -> int:
    """Return how compiled code works a condition out; ``rising`` and ``falling`` come as known truths."""
    return _KINDS.get(operator, word_logic.KNOWN_TRUTH)


def program_of(bound: BoundRows, gate: Words) -> Program:
    """Return what all rows of `bound` have in common; `gate` is where entries are let through."""
    steps: list[tuple[int, int, int]] = []
    roles = np.zeros((len(_ROLES), 2), np.int64)
    for number, role in enumerate(_ROLES):
        first = len(steps)
        if role in bound.roles:
            steps.extend(_steps(bound.roles[role]))
        roles[number] = first, len(steps)
    kinds = np.array([kind_of(place.operator) for place in bound.places], np.int64)
    return Program(kinds, np.array(steps, np.int64).reshape(-1, 3), roles, gate)


def _steps(tree: Tree) -> Iterator[tuple[int, int, int]]:
    if not isinstance(tree, Branch):
        yield word_logic.PUSH, tree, 0
        return
    for member in tree.members:
        yield from _steps(member)
    yield _HOW[tree.match], len(tree.members), tree.count
