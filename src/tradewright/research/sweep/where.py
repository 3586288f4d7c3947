"""Which combinations count: ``"fast < slow and stop_loss * 2 <= take_profit"``, read without running code.

A condition means what it means in Python, row by row: ``and`` and ``or`` stop where the answer is known, and
so does a chain such as ``5 <= fast < slow``.
"""

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.research.sweep.where_reading import name_of, names_in, read_condition

Column = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_ORDER: dict[type[ast.cmpop], Callable[[Floats, Floats], Flags]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.true_divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.remainder,
}
_DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions over names, all of which must hold.

    Attributes
    ----------
    text
        The conditions in one form of writing, so that equal ones are equal.
    names
        What they speak of, sorted.
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr = field(compare=False, repr=False)

    def keep(self, values: Mapping[str, Column | float | str | None]) -> Flags:
        """Say which rows hold.

        Parameters
        ----------
        values
            Name -> ``(rows,)`` values, or one value for all rows; more names than these conditions have
            do no harm.

        Returns
        -------
        Flags
            bool, ``(rows,)``; one row when all values are single ones.

        Raises
        ------
        InputError
            ``E_WHERE`` where a row has no number to compare or to reckon with, or is divided by zero.
        """
        sizes = [value.size for value in values.values() if isinstance(value, np.ndarray)]
        rows = sizes[0] if sizes else 1
        columns = {name: _column(values[name], rows) for name in self.names}
        return _Evaluation(self.text, columns).condition(self.tree, np.arange(rows))


def read_where(given: str | Sequence[str] | None, names: Collection[str]) -> Where | None:
    """Read one condition, or several that must all hold; None for none.

    Parameters
    ----------
    names
        What a condition may speak of: axes, and whatever has a fixed value.

    Raises
    ------
    InputError
        ``E_WHERE`` for what cannot be read, with its place, or an unknown name, with the nearest.
    """
    texts: list[Any] = [given] if isinstance(given, str) else list(given or ())
    for text in texts:
        if not isinstance(text, str):
            raise InputError("E_WHERE", f"where is {text!r}.", fix="Write text such as 'fast < slow'.")
    trees = [read_condition(text, names) for text in texts]
    if not trees:
        return None
    tree = trees[0] if len(trees) == 1 else ast.BoolOp(ast.And(), trees)
    return Where(ast.unparse(tree), tuple(sorted(set(names_in(tree)))), tree)


class _Evaluation:
    """One look at some rows: conditions to flags, operands to columns, both for the rows asked for."""

    def __init__(self, text: str, columns: Mapping[str, Column]) -> None:
        self._text = text
        self._columns = columns

    def condition(self, node: ast.expr, rows: Rows) -> Flags:
        match node:
            case ast.BoolOp(op=joined, values=parts):
                return self._joined(parts, rows, until=isinstance(joined, ast.Or))
            case ast.UnaryOp(operand=inner):
                return ~self.condition(inner, rows)
            case ast.Compare(left=left, ops=operators, comparators=others):
                return self._chain(left, list(zip(operators, others, strict=True)), rows)
            case _:
                return self._flag(node, rows)

    def _joined(self, parts: Sequence[ast.expr], rows: Rows, *, until: bool) -> Flags:
        """Ask each part only where those before it have not yet decided."""
        found = np.full(rows.size, not until)
        for part in parts:
            open_ = np.flatnonzero(found != until)
            found[open_] = self.condition(part, rows[open_])
        return found

    def _chain(self, left: ast.expr, links: Sequence[tuple[ast.cmpop, ast.expr]], rows: Rows) -> Flags:
        found = np.ones(rows.size, np.bool_)
        before = left
        for how, node in links:
            holding = np.flatnonzero(found)
            found[holding] = self._compare(before, how, node, rows[holding])
            before = node
        return found

    def _compare(self, left: ast.expr, how: ast.cmpop, right: ast.expr, rows: Rows) -> Flags:
        match how, right:
            case ast.Is() | ast.IsNot(), _:
                return _equal(self._operand(left, rows), _column(None, rows.size)) != isinstance(
                    how, ast.IsNot
                )
            case ((ast.In() | ast.NotIn()), (ast.Tuple() | ast.List() | ast.Set())):
                value = self._operand(left, rows)
                hits = [_equal(value, self._operand(item, rows)) for item in right.elts]
                none = np.zeros(rows.size, np.bool_)
                return reduce(np.logical_or, hits, none) != isinstance(how, ast.NotIn)
            case ast.Eq() | ast.NotEq(), _:
                equal = _equal(self._operand(left, rows), self._operand(right, rows))
                return equal != isinstance(how, ast.NotEq)
            case _:
                return _ORDER[type(how)](self._numbers(left, rows), self._numbers(right, rows))

    def _operand(self, node: ast.expr, rows: Rows) -> Column:
        name = name_of(node)
        if name is not None:
            return self._columns[name][rows]
        if isinstance(node, ast.Constant):
            return _column(node.value, rows.size)
        return self._numbers(node, rows)

    def _numbers(self, node: ast.expr, rows: Rows) -> Floats:
        with np.errstate(all="ignore"):  # beyond all floats is infinite, as in Python
            match node:
                case ast.UnaryOp(op=sign, operand=inner):
                    value = self._numbers(inner, rows)
                    return -value if isinstance(sign, ast.USub) else value
                case ast.BinOp():
                    return self._reckoned(node, rows)
                case ast.Call(func=ast.Name(id=function), args=arguments):
                    return _FUNCTIONS[function]([self._numbers(argument, rows) for argument in arguments])
                case _:
                    return self._as_numbers(node, rows)

    def _reckoned(self, node: ast.BinOp, rows: Rows) -> Floats:
        left, right = self._numbers(node.left, rows), self._numbers(node.right, rows)
        if isinstance(node.op, _DIVISIONS) and not right.all():
            self._fail(node, rows[right == 0], "divides by zero", "'... != 0 and ...'")
        return _ARITHMETIC[type(node.op)](left, right)

    def _as_numbers(self, node: ast.expr, rows: Rows) -> Floats:
        value = self._operand(node, rows)
        if value.dtype.kind in "biuf":
            return value.astype(np.float64)
        for place, one in enumerate(value.tolist()):
            if not isinstance(one, int | float):
                guard = f"'{ast.unparse(node)} is None or ...'" if one is None else "a number instead"
                self._fail(node, rows[place:], f"{one!r} is no number", guard)
        return value.astype(np.float64)

    def _flag(self, node: ast.expr, rows: Rows) -> Flags:
        value = self._operand(node, rows)
        listed: list[Any] = [] if value.dtype.kind == "b" else value.tolist()
        for place, one in enumerate(listed):
            if not isinstance(one, bool):
                self._fail(node, rows[place:], f"{one!r} is neither true nor false", "a comparison")
        return value.astype(np.bool_)

    def _fail(self, node: ast.expr, rows: Rows, what: str, instead: str) -> None:
        at = {name: _shown(self._columns[name][rows[0]]) for name in sorted(set(names_in(node)))}
        where = " where " + ", ".join(f"{name}={value}" for name, value in at.items()) if at else ""
        raise InputError(
            "E_WHERE",
            f"where '{self._text}': {ast.unparse(node)}: {what}{where}.",
            fix=f"Write {instead}.",
            details={"where": self._text, "values": at},
        )


def _column(value: Any, rows: int) -> Column:
    """Return a column of what may be one value for all rows."""
    if isinstance(value, np.ndarray):
        given = cast("Column", value)
        return given.astype(object) if given.dtype.kind in "US" else given
    if isinstance(value, int | float):
        return np.broadcast_to(np.asarray(value), (rows,))
    column = np.empty(1, object)
    column[0] = value
    return np.broadcast_to(column[0:1], (rows,))


def _equal(left: Column, right: Column) -> Flags:
    if left.dtype.kind in "biuf" and right.dtype.kind in "biuf":
        return np.equal(left, right)
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.fromiter((bool(one == other) for one, other in pairs), np.bool_, left.size)


def _lowest(values: Sequence[Floats]) -> Floats:
    return reduce(lambda found, value: np.where(value < found, value, found), values)


def _highest(values: Sequence[Floats]) -> Floats:
    return reduce(lambda found, value: np.where(value > found, value, found), values)


_FUNCTIONS: dict[str, Callable[[Sequence[Floats]], Floats]] = {
    "abs": lambda values: np.abs(values[0]),
    "min": _lowest,
    "max": _highest,
}


def _shown(value: Any) -> str:
    plain: Any = value.item() if hasattr(value, "item") else value
    return repr(plain)
