"""Importance: shares of variance that are known by construction."""

import numpy as np
import pytest

from tradewright.research.search.importance import importance_of


def test_shares_are_those_of_a_sum_of_independent_parts():
    rng = np.random.default_rng(0)
    a, b, c = rng.integers(0, 10, (3, 20_000))
    found = importance_of({"a": a, "b": b, "c": c}, 2.0 * a + 1.0 * b)
    # Variances stand as 4 to 1.
    assert found.shares["a"] == pytest.approx(0.8, abs=0.02)
    assert found.shares["b"] == pytest.approx(0.2, abs=0.02)
    assert found.shares["c"] == pytest.approx(0.0, abs=0.005)
    assert list(found.shares) == ["a", "b", "c"]
    assert found.together == pytest.approx(0.0, abs=0.01)


def test_many_values_are_put_into_bins_and_words_are_their_own():
    rng = np.random.default_rng(1)
    x = rng.random(5000)
    word = np.array(["long", None, 3], object)[rng.integers(0, 3, 5000)]
    y = x + np.where(word == 3, 1.0, 0.0)
    found = importance_of({"x": x, "word": word}, y)
    both = 1 / 12 + 2 / 9  # of a uniform number, and of a third of ones
    assert found.shares["x"] == pytest.approx(1 / 12 / both, abs=0.03)
    assert found.shares["word"] == pytest.approx(2 / 9 / both, abs=0.03)


def test_parameters_that_act_only_together_have_no_share_of_their_own():
    a, b = (part.ravel() for part in np.meshgrid([0, 1], [0, 1] * 200))
    found = importance_of({"a": a, "b": b}, (a ^ b).astype(float))
    assert found.shares == {"a": 0.0, "b": 0.0}
    assert found.together == 1.0


def test_chance_explains_nothing_however_many_the_values():
    rng = np.random.default_rng(2)
    shares = [importance_of({"a": rng.permutation(60)}, rng.random(60)).shares["a"] for _ in range(50)]
    assert np.median(shares) < 0.1


@pytest.mark.parametrize("scores", [[], [1.0], [1.0] * 40, [float("nan")] * 40])
def test_nothing_to_explain_is_not_defined(scores):
    found = importance_of({"a": np.arange(len(scores)) % 3}, np.array(scores))
    assert np.isnan(found.shares["a"])
    assert np.isnan(found.together)
    assert found.results == int(np.isfinite(scores).sum())


def test_undefined_results_are_left_out():
    a = np.arange(100) % 2
    scores = np.where(np.arange(100) < 50, a, np.nan).astype(float)
    found = importance_of({"a": a}, scores)
    assert found.shares["a"] == pytest.approx(1.0)
    assert found.results == 50
