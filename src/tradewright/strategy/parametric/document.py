"""A document with some of its parameters left open, bound for many rows at once."""

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np

from tradewright.core.errors import ParameterError
from tradewright.strategy.compiler import compile_document
from tradewright.strategy.document.parameters import bind
from tradewright.strategy.document.reader import owner_of, read_document, read_header
from tradewright.strategy.parametric.bound import BoundRows, IntArray
from tradewright.strategy.parametric.declared import constraints_of, swept_values, without_constraints
from tradewright.strategy.parametric.filling import bound_rows
from tradewright.strategy.parametric.operand_pool import OperandPool
from tradewright.strategy.parametric.reading import Reading, taken_apart
from tradewright.strategy.parametric.row_codes import codes_of, groups_of
from tradewright.strategy.parametric.shaping import shaping_axes
from tradewright.strategy.parametric.template import Rows, Sample, Template, UnforeseenShapeError
from tradewright.strategy.plan import Direction

_Cell = tuple[int, ...]


class ParametricDocument:
    """A strategy document compiled for all values of its swept parameters.

    It may be used by several threads at once, and sent to another process.

    Parameters
    ----------
    raw
        The document as plain data.
    fixed
        Values of declared parameters that are the same in every row.
    axes
        The values of each swept parameter.
    direction
        The sides to compile for; None for the document's own.

    Attributes
    ----------
    parameters
        What the document declares.
    axes
        The values of each swept parameter, as the type it declares.
    constraints
        What has to hold between parameters. It is not looked at here: rows that break it are to be left
        out by whoever makes them.

    Raises
    ------
    DocumentError
        When the header, a declaration or a constraint cannot be read.
    UnknownNameError, ParameterError
        For a name or value that a single run refuses, and a parameter that is both fixed and swept.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        fixed: Mapping[str, Any],
        axes: Mapping[str, Sequence[Any]],
        direction: Direction | None = None,
    ) -> None:
        self._given = (raw, fixed, axes, direction)
        header, self.parameters = read_header(raw)
        _check_apart(fixed, axes, owner_of(header.id))
        self.axes = swept_values(raw, axes)
        self._fixed = bind(self.parameters, fixed, owner_of(header.id))
        self.constraints = constraints_of(raw)
        self._raw = without_constraints(raw)
        self._direction: Direction | None = direction
        # Each distinct value once, however often an axis names it.
        distinct = {name: np.unique(values, return_inverse=True) for name, values in self.axes.items()}
        self._numbers = {name: found.astype(np.float64) for name, (found, _) in distinct.items()}
        self._which = {name: which.astype(np.int64) for name, (_, which) in distinct.items()}
        self._shaping = shaping_axes(self._raw, self._numbers)
        self._templates: dict[_Cell, Template] = {}
        self._pool = OperandPool(self._numbers)
        self._lock = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Send what it was made from; the rest is made again."""
        return type(self), self._given

    def bind(self, index: Mapping[str, IntArray]) -> list[BoundRows]:
        """Bind the parameters of many rows.

        Parameters
        ----------
        index
            Per axis ``(rows,)`` numbers of its values. Axes that are none of this document are left alone;
            without any there is one row.

        Returns
        -------
        list[BoundRows]
            One per shape that the document has in these rows; each row is in one.

        Raises
        ------
        InputError
            For a row that a single run refuses, what that raises.
        """
        count = min((len(one) for one in index.values()), default=1)
        rows = {name: which[index[name]] for name, which in self._which.items()}
        with self._lock:
            self._pool.tidy()
            try:
                return self._bound(rows, count)
            except UnforeseenShapeError:
                # Sure, and slow: every combination is compiled.
                self._shaping = {name: np.arange(len(found)) for name, found in self._numbers.items()}
                self._templates = {}
                return self._bound(rows, count)

    def _bound(self, rows: Rows, count: int) -> list[BoundRows]:
        return [
            bound_rows(template, self._pool, of, where) for where, of, template in self._cells(rows, count)
        ]

    def _cells(self, rows: Rows, count: int) -> Iterator[tuple[IntArray, Rows, Template]]:
        """Return the rows of each shape with its template, which is made for the first of them."""
        if not count:
            return
        shapes = {name: kinds[rows[name]] for name, kinds in self._shaping.items()}
        codes = np.zeros(count, np.int64)
        if shapes:
            codes = codes_of(list(shapes.values()), [len(self._numbers[name]) for name in shapes])
        for where in groups_of(codes):
            of = rows if len(where) == count else {name: index[where] for name, index in rows.items()}
            cell = tuple(int(kinds[where[0]]) for kinds in shapes.values())
            if cell not in self._templates:
                first = {name: int(index[0]) for name, index in of.items()}
                self._templates[cell] = Template(self._read, self._numbers, self._allowed(cell), first)
            self._templates[cell].cover(of)
            yield where, of, self._templates[cell]

    def _allowed(self, cell: _Cell) -> Rows:
        allowed = {name: np.arange(len(found)) for name, found in self._numbers.items()}
        for (name, kinds), kind in zip(self._shaping.items(), cell, strict=True):
            allowed[name] = np.flatnonzero(kinds == kind)
        return allowed

    def _read(self, sample: Sample) -> Reading:
        values = {name: self._numbers[name].item(number) for name, number in sample.items()}
        document = read_document(self._raw, {**self._fixed, **values})
        return taken_apart(document, compile_document(document, self._direction))


def _check_apart(fixed: Mapping[str, Any], axes: Mapping[str, Sequence[Any]], owner: str) -> None:
    """Refuse a parameter that is given one value and many."""
    for name in fixed:
        if name in axes:
            raise ParameterError(
                "E_PARAMETER",
                f"parameter '{name}' of {owner} is both set to one value and swept.",
                fix="Leave it out of one of the two.",
                details={"name": name, "owner": owner},
            )
