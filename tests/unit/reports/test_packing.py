"""Packed columns are the same doubles when unpacked, whatever they are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import real_bars
from tradewright.reports.packing import pack, unpack

DOUBLES = st.lists(st.floats(width=64), max_size=40)
DECIMALS = st.lists(st.decimals(-10_000, 10_000, places=3).map(float), max_size=40)


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return one.tobytes() == np.ascontiguousarray(other, np.float64).tobytes()


@given(st.lists(DOUBLES | DECIMALS, min_size=1, max_size=4))
def test_columns_unpack_to_the_same_bits(values):
    columns = {f"column {i}": np.array(column, np.float64) for i, column in enumerate(values)}
    found = unpack(pack(columns))
    assert list(found) == list(columns)
    assert all(same_bits(found[name], columns[name]) for name in columns)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [-0.0, 1.0],
        [math.nan, 1.0],
        [math.inf, -math.inf],
        [2.0**53, 2.0**53 + 2],
        [5e-324, 1.7e308],
        [0.1 + 0.2, 0.3],
        [0.0, 3e9, -3e9],  # steps too long for 32 bits
    ],
)
def test_odd_doubles_unpack_to_the_same_bits(values):
    column = np.array(values, np.float64)
    assert same_bits(unpack(pack({"x": column}))["x"], column)


def test_prices_are_packed_as_decimals_in_half_of_their_bytes():
    close = real_bars("IBM").close
    packed = pack({"close": close})
    assert packed["columns"]["close"]["kind"] == "decimal"
    assert len(packed["blob"]) < 8 * close.size / 2
