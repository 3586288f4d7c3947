"""Parameters that decide more than a number: values of theirs that give a document another shape.

Most values of a document only ever become numbers of its plan. Those named here decide whether something
is there at all, or how conditions are combined; rows are told apart by them before anything is compiled.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np

from tradewright.strategy.document.cursor import snake
from tradewright.strategy.parametric.bound import IntArray
from tradewright.strategy.parametric.sources import Floats

# Each value a shape of its own: k of `atLeast`, and shares, which also have to fit together.
_EACH_VALUE = ("at_least", "share")
# A rule that is 0 is left out.
_WHERE_ZERO = ("after", "offset", "pyramiding")
_OF_ORDERS = ("entry", "exit")

_Path = tuple[str, ...]


def shaping_axes(raw: Mapping[str, Any], axes: Mapping[str, Floats]) -> dict[str, IntArray]:
    """Return, for each axis that shapes the document, which of its distinct values give the same shape.

    Returns
    -------
    dict
        Axis -> ``(values,)`` numbers from 0, equal where the shape is.
    """
    found: dict[str, IntArray] = {}
    for name, path in _references(raw, ()):
        if name in axes and path[-1:] and path[-1] in _EACH_VALUE:
            found[name] = np.arange(len(axes[name]))
        elif name in axes and path[-1:] and path[-1] in _WHERE_ZERO and path[0] in _OF_ORDERS:
            found.setdefault(name, (axes[name] == 0).astype(np.int64))
    return found


def _references(value: Any, path: _Path) -> Iterator[tuple[str, _Path]]:
    """Walk the references to parameters with the fields they stand in; items of lists make no step."""
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        if set(fields) == {"parameter"}:
            yield str(fields["parameter"]), path
            return
        for key, inner in fields.items():
            yield from _references(inner, (*path, snake(str(key))))
    elif isinstance(value, list | tuple):
        for inner in cast("Sequence[Any]", value):
            yield from _references(inner, path)
