"""Borrowed arrays read and write the array that they are of, compiled and interpreted."""

from typing import Any

import numba
import numpy as np
import pytest

from tradewright.engine.state import BOOK
from tradewright.engine.sweep.totals import TOTALS
from tradewright.engine.terms import TERMS
from tradewright.engine.types import FILL
from tradewright.kernels import kernel
from tradewright.kernels.borrowed import address_of, borrowed

NUMBERS = ["float64", "int64", "uint64", "uint8", "bool"]


@kernel
def shape_and_size(array: Any) -> Any:
    lent = borrowed(array)
    return lent.shape, lent.size


@kernel
def copied(array: Any, target: Any) -> None:
    source, into = borrowed(array), borrowed(target)
    for i in range(source.size):
        into[i] = source[i]


@kernel
def copied_by_rows(array: Any, target: Any) -> None:
    source, into = borrowed(array), borrowed(target)
    rows, columns = source.shape
    for i in range(rows):
        for j in range(columns):
            into[i, j] = source[i, j]


@kernel
def field_of(records: Any, i: int) -> Any:
    return borrowed(records)[i]["fee"]


@kernel
def set_fields(records: Any, i: int, fee: float, count: int) -> None:
    record = borrowed(records)[i]
    record["fee"] += fee
    record["bar"] = count


@kernel
def attribute_of(records: Any, i: int, count: int) -> float:
    record = borrowed(records)[i]
    record.trades += count
    record.cash = 2.5
    return record.cash


@kernel
def place_of(array: Any) -> int:
    return address_of(array)


@kernel
def borrowed_place_of(array: Any) -> int:
    return address_of(borrowed(array))


def some(kind: str, shape: Any) -> Any:
    random = np.random.default_rng(1)
    values = random.integers(0, 2 if kind == "bool" else 200, shape).astype(kind)
    if kind == "float64":
        values.flat[0], values.flat[-1] = np.nan, -0.0
    if kind == "uint64":
        values.flat[0] = 2**64 - 1
    return values


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("length", [0, 1, 2, 17])
def test_one_axis_is_read_and_written_in_place(kind: str, length: int) -> None:
    array = some(kind, max(length, 1))[:length]
    target = np.zeros(length, kind)
    copied(array, target)
    assert target.tobytes() == array.tobytes()
    assert shape_and_size(array) == ((length,), length)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (3, 4), (0, 4), (4, 0)])
def test_two_axes_are_read_and_written_in_place(kind: str, shape: tuple[int, int]) -> None:
    array = some(kind, (5, 5))[: shape[0], : shape[1]].copy()
    target = np.zeros(shape, kind)
    copied_by_rows(array, target)
    assert target.tobytes() == array.tobytes()
    assert shape_and_size(array) == (shape, shape[0] * shape[1])


@pytest.mark.parametrize("length", [1, 3])
def test_records_are_handed_on_in_place(length: int) -> None:
    fills = np.zeros(length, FILL)
    fills["fee"] = np.arange(length) + 0.5
    last = length - 1
    set_fields(fills, last, 2.0, 7)
    assert fills["fee"].tolist() == [*(np.arange(last) + 0.5), last + 2.5]
    assert fills["bar"].tolist() == [0] * last + [7]
    assert field_of(fills, last) == last + 2.5
    assert shape_and_size(fills) == ((length,), length)


def test_a_record_of_a_larger_array_starts_where_the_ones_before_it_end() -> None:
    totals = np.zeros(4, TOTALS)
    assert attribute_of(totals, 2, 3) == 2.5
    assert totals["trades"].tolist() == [0, 0, 3, 0]
    assert totals["cash"].tolist() == [0, 0, 2.5, 0]


@pytest.mark.parametrize("dtype", [FILL, TOTALS, TERMS, BOOK], ids=["fill", "totals", "terms", "book"])
def test_records_have_the_size_in_compiled_code_that_they_have_outside(dtype: Any) -> None:
    record: Any = numba.from_dtype(dtype)  # pyright: ignore[reportPrivateImportUsage]
    assert record.size == dtype.itemsize


def test_a_borrowed_array_is_where_its_array_is() -> None:
    for array in (np.arange(4.0), np.zeros((2, 3), np.uint64)[1:], np.zeros(3, FILL)[1:]):
        assert place_of(array) == borrowed_place_of(array) == array.ctypes.data


def test_part_of_a_table_is_borrowed_as_a_table_of_its_own() -> None:
    table = np.arange(24.0).reshape(2, 3, 4)
    target = np.zeros((3, 4))
    copied_by_rows(table[1], target)
    assert np.array_equal(target, table[1])
