"""What a result must satisfy: ``trades >= 30``, ``max_drawdown > -0.3``, ``30 <= trades <= 500``."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.research.search.objectives import metric_of

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_Side = str | float
_Compare = Callable[[Any, Any], Any]

_COMPARISONS: dict[type[ast.cmpop], tuple[str, _Compare]] = {
    ast.Lt: ("<", np.less),
    ast.LtE: ("<=", np.less_equal),
    ast.Gt: (">", np.greater),
    ast.GtE: (">=", np.greater_equal),
}
# What a result counts as missing by when it is not defined, in units of the bound.
_UNDEFINED = 1.0
_EXAMPLE = "Write a metric against a number or another metric: 'trades >= 30', 'max_drawdown > -0.3'."


@dataclass(frozen=True, slots=True)
class Constraint:
    """Two sides, each a metric or a number, and how they compare."""

    text: str
    left: _Side
    sign: str
    right: _Side
    compare: _Compare

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it speaks of."""
        return tuple(side for side in (self.left, self.right) if isinstance(side, str))

    def holds(self, scores: Mapping[str, Floats]) -> Flags:
        """Say for each result whether it holds; an undefined metric does not."""
        left, right = self._sides(scores)
        return np.asarray(self.compare(left, right), np.bool_)

    def missing(self, scores: Mapping[str, Floats]) -> Floats:
        """Return how far each result is from holding, relative to the bound; 0 where it holds."""
        left, right = self._sides(scores)
        scale = np.maximum(np.abs(right if isinstance(self.left, str) else left), 1e-3)
        away = np.abs(left - right) / scale
        # Equal sides under < or > miss by nothing and yet do not hold.
        away = np.where(np.isfinite(away), np.maximum(away, 1e-9), _UNDEFINED)
        return np.where(self.holds(scores), 0.0, away)

    def _sides(self, scores: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        sides = [scores[s] if isinstance(s, str) else np.float64(s) for s in (self.left, self.right)]
        left, right = np.broadcast_arrays(*sides)
        return left, right


def constraints_of(given: str | Sequence[str] | None) -> tuple[Constraint, ...]:
    """Read constraints on metrics; None is no constraint.

    Raises
    ------
    UnknownNameError
        ``E_METRIC``.
    InputError
        ``E_CONSTRAINT`` for anything but comparisons of metrics and numbers.
    """
    # Callers without a type checker pass anything.
    texts: list[object] = list(given) if isinstance(given, list | tuple) else [given]
    texts = [] if texts == [None] else texts
    return tuple(one for text in texts for one in _read(text))


def _read(text: object) -> list[Constraint]:
    if not isinstance(text, str):
        raise _refused(repr(text))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as broken:
        raise _refused(text) from broken
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    return [one for part in parts for one in _comparisons(part, text)]


def _comparisons(part: ast.expr, text: str) -> list[Constraint]:
    """Return one constraint for each sign of ``a < b <= c``."""
    if not isinstance(part, ast.Compare):
        raise _refused(text)
    sides = [_side(node, text) for node in (part.left, *part.comparators)]
    return [_constraint(sides[i], operator, sides[i + 1], text) for i, operator in enumerate(part.ops)]


def _constraint(left: _Side, operator: ast.cmpop, right: _Side, text: str) -> Constraint:
    known = _COMPARISONS.get(type(operator))
    if known is None or not any(isinstance(side, str) for side in (left, right)):
        raise _refused(text)
    sign, compare = known
    return Constraint(f"{_shown(left)} {sign} {_shown(right)}", left, sign, right, compare)


def _side(node: ast.expr, text: str) -> _Side:
    if isinstance(node, ast.Name):
        return metric_of(node.id, f"constraint {text!r}").id
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    inner = node.operand if isinstance(node, ast.UnaryOp) and negative else node
    value = inner.value if isinstance(inner, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(text)
    return -float(value) if negative else float(value)


def _shown(side: _Side) -> str:
    return side if isinstance(side, str) else f"{side:g}"


def _refused(text: str) -> InputError:
    return InputError(
        "E_CONSTRAINT",
        f"constraints: cannot read {text!r}.",
        fix=_EXAMPLE,
        details={"constraint": text},
    )
