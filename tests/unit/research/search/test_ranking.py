"""The best, and the front that nothing beats."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tradewright.research.search.ranking import best_rows


def beaten(aims, row, among):
    others = [i for i in among if i != row]
    return any(
        (aims[:, i] >= aims[:, row]).all() and ((aims[:, i] > aims[:, row]).any() or i < row) for i in others
    )


@given(st.integers(1, 4).flatmap(lambda m: arrays(np.float64, (m, 12), elements=st.integers(0, 4))))
def test_front_is_what_no_other_beats(aims):
    among = np.arange(12) % 5 != 3
    rows = np.flatnonzero(among)
    expected = [row for row in rows.tolist() if not beaten(aims, row, rows)]
    assert best_rows(aims, among).tolist() == expected


def test_none_allowed_gives_none():
    assert best_rows(np.ones((2, 3)), np.zeros(3, np.bool_)).size == 0
