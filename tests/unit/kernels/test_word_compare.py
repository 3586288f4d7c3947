"""Comparing 64 bars at a time says what comparing one by one says (engine.md 2.2)."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.swept.values import AWKWARD, SIZES, filled_up, seeds, sizes, values_from
from tradewright.kernels.bits import unpacked, words_for
from tradewright.kernels.ties import TIE_TOLERANCE, above, below
from tradewright.kernels.truth import GREATER, LESS, TRUE, Floats, compare
from tradewright.kernels.word_compare import LANES, compare_pairs

tolerances = st.sampled_from([TIE_TOLERANCE, 0.0, 1e-6])


def compared(
    columns: Floats, constants: Floats, pairs: list[tuple[int, int]], tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    words = columns.shape[1] // 64
    table = np.array(pairs, np.int64).reshape(-1, 2)
    over, under = (np.full((len(pairs), words), 12_345, np.uint64) for _ in range(2))
    compare_pairs(columns, constants, table, tolerance, over, under)
    return over, under


def repeated(*numbers: float) -> Floats:
    return np.repeat(np.array(numbers, np.float64)[:, None], LANES, axis=1)


@given(seeds, sizes, tolerances)
def test_pairs_of_columns_and_numbers_compare_as_bar_by_bar(seed: int, n: int, tolerance: float) -> None:
    random = np.random.default_rng(seed)
    plain = [values_from(random, n) for _ in range(4)]
    numbers = [100.0, 0.0, -0.0, float(random.choice(AWKWARD)), float(np.nan_to_num(plain[0][0], nan=99.0))]
    columns = np.stack([filled_up(column) for column in plain])
    pairs = [(a, b) for a in range(4) for b in range(-len(numbers), 4)]

    over, under = compared(columns, repeated(*numbers), pairs, tolerance)

    for row, (a, b) in enumerate(pairs):
        other = plain[b] if b >= 0 else np.array([numbers[-1 - b]])
        for words, code in ((over, GREATER), (under, LESS)):
            wanted = compare(plain[a], other, code, tolerance) == TRUE
            assert np.array_equal(unpacked(words[row], n), wanted), (a, b, code)
            assert unpacked(words[row], 64 * words.shape[1]).sum() == wanted.sum()  # nothing beyond


NEAR = [100.0, *(100.0 * (1 + step * 1e-12) for step in (1, 9, 9.9, 10, 10.1, 11, 1_000))]


@pytest.mark.parametrize("tolerance", [TIE_TOLERANCE, 0.0])
def test_every_two_awkward_numbers_stand_as_the_tie_rule_says(tolerance: float) -> None:
    every = [*AWKWARD, *NEAR, *(-value for value in NEAR), math.nan]
    two = list(product(every, every))
    columns = np.stack([filled_up(np.array(side)) for side in zip(*two, strict=True)])

    over, under = compared(columns, repeated(0.0), [(0, 1)], tolerance)

    assert unpacked(over[0], len(two)).tolist() == [above(a, b, tolerance) for a, b in two]
    assert unpacked(under[0], len(two)).tolist() == [below(a, b, tolerance) for a, b in two]


@pytest.mark.parametrize("n", SIZES)
def test_every_bar_of_every_word_is_looked_at_once_and_in_its_place(n: int) -> None:
    columns = np.stack([filled_up(np.zeros(n)), filled_up(np.where(np.arange(n) % 3 == 1, -1.0, 1.0))])

    over, under = compared(columns, repeated(0.5), [(0, 1), (1, 0), (1, -1)], TIE_TOLERANCE)

    third = np.arange(n) % 3 == 1
    for row, wanted in ((over[0], third), (under[0], ~third), (over[1], ~third), (under[2], third)):
        assert unpacked(row, n).tolist() == wanted.tolist()


def test_columns_that_start_anywhere_in_memory_compare_alike() -> None:
    room = np.full(3 * 128 + 1, np.nan)
    columns = room[1:].reshape(3, 128)  # eight bytes off whatever the processor would like
    columns[:, :100] = np.random.default_rng(0).normal(0, 1, (3, 100))

    over, _ = compared(columns, repeated(0.0), [(0, 1), (2, -1)], TIE_TOLERANCE)

    assert unpacked(over[0], 100).tolist() == (columns[0, :100] > columns[1, :100]).tolist()
    assert unpacked(over[1], 100).tolist() == (columns[2, :100] > 0).tolist()
    assert words_for(100) == 2
