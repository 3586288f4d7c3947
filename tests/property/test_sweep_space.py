"""Spaces of combinations against itertools, and conditions against Python's own reading of them."""

import itertools
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.errors import InputError
from tradewright.research.sweep.space import grid_space, sampled_space
from tradewright.research.sweep.where import read_where

NUMBERS = st.one_of(st.integers(-50, 50), st.floats(-50, 50).map(lambda number: round(number, 3)))
VALUES = st.one_of(NUMBERS, st.booleans(), st.none(), st.sampled_from(["long", "1.5atr"]))
GRIDS = st.dictionaries(
    st.sampled_from("abcde"),
    st.lists(VALUES, min_size=1, max_size=6, unique_by=lambda value: (isinstance(value, bool), value)),
    min_size=1,
)


@given(GRIDS)
def test_numbers_go_through_the_product_in_its_order(grid: dict[str, list[Any]]) -> None:
    space = grid_space(grid)
    numbers = np.arange(space.size)
    columns = [column.tolist() for column in space.values(numbers).values()]
    expected = list(itertools.product(*grid.values()))
    assert list(zip(*columns, strict=True)) == expected
    np.testing.assert_array_equal(space.numbers(space.index(numbers)), numbers)


@given(GRIDS, st.data())
def test_samples_are_distinct_rows_of_the_product(grid: dict[str, list[Any]], data: st.DataObject) -> None:
    product = set(itertools.product(*map(_keyed, grid.values())))
    samples = data.draw(st.integers(1, len(product)))
    method = data.draw(st.sampled_from(["random", "sobol"]))
    space = sampled_space(grid, samples, method, data.draw(st.integers(0, 9)))
    drawn = [tuple(_keyed(space.combination(number).values())) for number in range(space.size)]
    assert len(drawn) == len(set(drawn)) == samples
    assert set(drawn) <= product


def _keyed(values: Any) -> list[tuple[bool, Any]]:
    """Tell True from 1."""
    return [(isinstance(value, bool), value) for value in values]


_NAMES = st.sampled_from(["a", "b", "c", "d.e"])
_OPERANDS = st.recursive(
    st.one_of(_NAMES, NUMBERS.map(repr), st.sampled_from(["None", "'long'", "True"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            "({0[0]} {0[1]} {0[2]})".format
        ),
        inner.map("-({})".format),
        inner.map("abs({})".format),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"min({', '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"max({', '.join(parts)})"),
    ),
    max_leaves=4,
)
_COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_SIMPLE = st.one_of(
    st.tuples(_OPERANDS, _COMPARISONS, _OPERANDS).map(" ".join),
    st.tuples(_OPERANDS, _COMPARISONS, _OPERANDS, _COMPARISONS, _OPERANDS).map(" ".join),
    st.tuples(
        _NAMES, st.sampled_from(["is None", "is not None", "in (1, 'long', None)", "not in (0, 2)"])
    ).map(" ".join),
)
_CONDITIONS = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map("({0[0]} {0[1]} {0[2]})".format),
        inner.map("not ({})".format),
    ),
    max_leaves=5,
)
_ROWS = st.lists(st.tuples(VALUES, NUMBERS, NUMBERS, VALUES), min_size=1, max_size=6)


class _Owner:
    """What stands before a dot."""

    def __init__(self, e: Any) -> None:
        self.e = e


def _by_python(text: str, row: tuple[Any, ...]) -> bool | None:
    """Return what Python says of one row; None where it says nothing."""
    a, b, c, e = row
    try:
        return bool(eval(text, {"__builtins__": {}}, {  # noqa: S307 - the text is drawn above
            "a": a, "b": b, "c": c, "d": _Owner(e), "min": min, "max": max, "abs": abs,
        }))  # fmt: skip
    except (TypeError, ZeroDivisionError):
        return None


@given(_CONDITIONS, _ROWS)
def test_conditions_mean_what_they_mean_in_python(text: str, rows: list[tuple[Any, ...]]) -> None:
    where = read_where(text, ("a", "b", "c", "d.e"))
    assert where is not None
    expected = [_by_python(text, row) for row in rows]
    columns = {
        name: _column([row[place] for row in rows]) for place, name in enumerate(("a", "b", "c", "d.e"))
    }
    try:
        kept = where.keep(columns).tolist()
    except InputError:
        # Words in order, which Python has and we refuse, count with what Python itself refuses.
        assert None in expected or "'long'" in text or any(isinstance(v, str) for row in rows for v in row)
        return
    assert kept == expected


def _column(values: list[Any]) -> Any:
    column = np.empty(len(values), object)
    column[:] = values
    return column if any(isinstance(v, str | bool | None) for v in values) else np.array(values)
