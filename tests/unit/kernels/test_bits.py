"""Sets of bars as words: packing, looking up, searching."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.swept.values import seeds, sizes, truth_from
from tradewright.kernels.bits import bit_at, first_one, packed, packed_truth, unpacked, words_for
from tradewright.kernels.truth import FALSE, TRUE


def test_bar_j_is_bit_j_of_its_word_and_what_is_beyond_the_last_bar_is_0() -> None:
    flags = np.zeros(130, np.bool_)
    flags[[0, 5, 63, 64, 129]] = True

    words = packed(flags)

    assert words.dtype == np.uint64
    assert words.tolist() == [1 | 1 << 5 | 1 << 63, 1, 2]


@pytest.mark.parametrize(("bars", "words"), [(0, 0), (1, 1), (63, 1), (64, 1), (65, 2), (128, 2), (129, 3)])
def test_words_for_holds_every_bar_and_not_a_word_more(bars: int, words: int) -> None:
    assert words_for(bars) == words
    assert packed(np.zeros(bars, np.bool_)).size == words


@given(seeds, sizes)
def test_what_is_packed_comes_back(seed: int, n: int) -> None:
    flags = np.random.default_rng(seed).random(n) < 0.4
    words = packed(flags)
    assert np.array_equal(unpacked(words, n), flags)
    assert unpacked(words, words.size * 64).sum() == flags.sum()
    assert [bit_at(words.reshape(1, -1), 0, j) for j in range(n)] == flags.astype(int).tolist()


@given(seeds, sizes)
def test_a_truth_is_where_it_is_true_and_where_it_is_false(seed: int, n: int) -> None:
    truth = truth_from(np.random.default_rng(seed), n)
    words = packed_truth(truth)
    assert np.array_equal(unpacked(words[0], n), truth == TRUE)
    assert np.array_equal(unpacked(words[1], n), truth == FALSE)


@given(seeds, sizes, st.sampled_from([0.0, 0.005, 0.1, 0.9]))
def test_the_first_bit_that_is_set_is_found_between_any_two_bars(seed: int, n: int, share: float) -> None:
    random = np.random.default_rng(seed)
    flags = random.random((2, n)) < share
    words = np.stack([packed(row) for row in flags])
    edges = {0, 1, n - 1, n, *random.integers(0, n + 1, 12).tolist()}
    edges |= {edge for word in range(0, n + 1, 64) for edge in (word - 1, word, word + 1) if 0 <= edge <= n}
    for row in range(2):
        for start in edges:
            for stop in edges:
                found = np.flatnonzero(flags[row, start:stop])
                wanted = start + found[0] if found.size else stop
                assert first_one(words, row, start, stop) == wanted, (row, start, stop)


def test_a_search_past_the_last_bar_ends_where_it_was_told_to() -> None:
    words = packed(np.ones(64, np.bool_)).reshape(1, 1)
    assert first_one(words, 0, 64, 64) == 64
    assert first_one(words, 0, 70, 64) == 64
