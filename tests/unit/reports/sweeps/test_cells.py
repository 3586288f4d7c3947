"""Cells of a plane, against the plainest way to fill them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tradewright.reports.sweeps.cells import cells_of
from tradewright.reports.sweeps.lines import line_of

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from([-2.0, 0.5, 1.0, 3.0, float("nan")])),
    min_size=1,
    max_size=60,
)


def plane_of(rows, reduce):
    xs, ys = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    out = np.full((len(ys), len(xs)), np.nan)
    for i, y in enumerate(ys):
        for j, x in enumerate(xs):
            held = [v for a, b, v in rows if (a, b) == (x, y) and not np.isnan(v)]
            out[i, j] = reduce(held) if held else np.nan
    return out


def medians_around(plane):
    found = {}
    ny, nx = plane.shape
    for i in range(ny):
        for j in range(nx):
            around = plane[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2].ravel()
            known = around[~np.isnan(around)]
            if not np.isnan(plane[i, j]) and known.size >= 3 and known.size >= around.size / 2:
                found[i, j] = float(np.median(known)), known.size
    return found


@given(ROWS, st.sampled_from([1, -1]), st.sampled_from(["best", "median"]))
def test_cells_hold_the_best_or_median_of_their_rows(rows, sign, over):
    x, y, values = (np.array(part) for part in zip(*rows, strict=True))
    found = cells_of(line_of("x", x), line_of("y", y), values, sign, over)
    best = max if sign > 0 else min
    plane = plane_of(rows, best if over == "best" else np.median)
    np.testing.assert_array_equal(found.values, plane)
    assert found.rows.sum() == (~np.isnan(values)).sum()
    if np.isfinite(plane).any():
        assert plane[found.best] == (np.nanmax if sign > 0 else np.nanmin)(plane)
    around = medians_around(plane)
    assert (found.plateau is None) == (not around)
    if found.plateau:
        row, column, median, count = found.plateau
        assert (median, count) == around[row, column]
        assert median == best(value for value, _ in around.values())


def test_words_have_no_cells_beside_them():
    slow = np.repeat([10, 20, 30, 40], 3)
    words = np.array(["a", "b", None] * 4, object)
    values = np.arange(12.0)
    found = cells_of(line_of("side", words), line_of("slow", slow), values, 1, "best")
    # The column of None, its upper cells: 5, 8 and 11.
    assert found.plateau == (2, 2, 8.0, 3)
    both = cells_of(line_of("side", words), line_of("same", words), values, 1, "best")
    assert both.plateau is None
