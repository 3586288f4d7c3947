"""Three-valued logic in words is that of :mod:`tradewright.kernels.truth`, bar by bar."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.swept.values import SIZES, seeds, sizes, truth_from, truth_of, values_from
from tradewright.kernels import truth, word_logic
from tradewright.kernels.bits import packed, packed_truth, unpacked, words_for
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.kernels.truth import FALSE, TRUE, Truth

lookbacks = st.sampled_from([1, 2, 3, 5, 8, 63, 64, 65, 100, 127, 128, 129, 500, 5_000, 20_000_000])


def rows_of(members: list[Truth]) -> tuple[Any, Any]:
    """Return truths as rows of words, one to a member, with a row to spare before them."""
    rows = np.stack([packed_truth(member) for member in members])
    spare = np.full((1, rows.shape[2]), ~np.uint64(0), np.uint64)
    return np.concatenate([spare, rows[:, 0]]), np.concatenate([spare, rows[:, 1]])


@given(seeds, sizes, lookbacks, lookbacks)
def test_lookbacks_are_those_of_truths(seed: int, n: int, for_last: int, within_last: int) -> None:
    drawn = truth_from(np.random.default_rng(seed), n)
    true, false = rows_of([drawn])
    spare = np.full((1, true.shape[1]), ~np.uint64(0), np.uint64)

    word_logic.look_back(true, false, 1, for_last, within_last, spare)

    wanted = truth.for_last(drawn, for_last) if for_last > 1 else drawn
    wanted = truth.within_last(wanted, within_last) if within_last > 1 else wanted
    assert truth_of(true[1], false[1], n).tolist() == wanted.tolist()


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("by", [0, 1, 7, 63, 64, 65, 128, 600, 10_000])
def test_a_row_moves_on_and_leaves_nothing_behind(n: int, by: int) -> None:
    flags = np.random.default_rng(n + by).random(n) < 0.5
    rows = np.stack([packed(flags), packed(~flags)])
    target = np.full_like(rows, ~np.uint64(0))

    word_logic.shift(rows, 0, by, target, 1)

    wanted = np.zeros(n, np.bool_)
    wanted[by:] = flags[: max(0, n - by)]
    assert unpacked(target[1], n).tolist() == wanted.tolist()
    assert (target[0] == ~np.uint64(0)).all()


def test_a_row_may_move_into_its_own_place() -> None:
    flags = np.random.default_rng(3).random(300) < 0.5
    rows = packed(flags).reshape(1, -1)
    word_logic.shift(rows, 0, 70, rows, 0)
    assert unpacked(rows[0], 300).tolist() == [False] * 70 + flags[:230].tolist()


@given(seeds, sizes, st.sampled_from([TIE_TOLERANCE, 0.0]), st.sampled_from([0.0, 0.1]))
def test_comparisons_and_crosses_are_those_of_truths(
    seed: int, n: int, tolerance: float, infinite: float
) -> None:
    random = np.random.default_rng(seed)
    a, b = values_from(random, n, infinite), values_from(random, n, infinite)
    over, under = (packed(truth.compare(a, b, c, tolerance) == TRUE) for c in (truth.GREATER, truth.LESS))
    known = packed(~np.isnan(a) & ~np.isnan(b))
    true, false = rows_of([np.zeros(n, np.uint8)])
    for code in range(6):
        word_logic.comparison(code, over, under, known, true, false, 1)
        assert truth_of(true[1], false[1], n).tolist() == truth.compare(a, b, code, tolerance).tolist(), code
    for far, upward in ((over, True), (under, False)):
        word_logic.crossing(far, known, true, false, 1)
        assert truth_of(true[1], false[1], n).tolist() == truth.cross(a, b, upward, tolerance).tolist()


MATCHES = {"all": word_logic.ALL, "any": word_logic.ANY, "none": word_logic.NONE}


def grouped(match: str, members: list[Truth], count: int) -> Truth:
    """Combine bar by bar as engine.md 2.4 says."""
    table = np.stack(members)
    match match:
        case "all":
            return table.min(axis=0)
        case "any":
            return table.max(axis=0)
        case "none":
            return TRUE - table.max(axis=0)
        case _:
            sure, possible = (table == TRUE).sum(axis=0), (table != FALSE).sum(axis=0)
            return ((sure >= count).astype(np.uint8) + (possible >= count)).astype(np.uint8)


@given(seeds, sizes, st.integers(1, 7), st.integers(0, 3))
def test_groups_are_kleenes(seed: int, n: int, count_of_members: int, before: int) -> None:
    random = np.random.default_rng(seed)
    members = [truth_from(random, n) for _ in range(before + count_of_members)]
    wanted = members[before:]
    for match, step in MATCHES.items():
        true, false = rows_of(members)
        word_logic.combine(step, 0, before + 1, count_of_members, true, false)
        assert truth_of(true[before + 1], false[before + 1], n).tolist() == grouped(match, wanted, 0).tolist()
    for count in range(1, count_of_members + 1):
        true, false = rows_of(members)
        word_logic.combine(word_logic.AT_LEAST, count, before + 1, count_of_members, true, false)
        got = truth_of(true[before + 1], false[before + 1], n)
        assert got.tolist() == grouped("at_least", wanted, count).tolist(), count
        untouched = np.stack([packed_truth(member)[0] for member in members[:before]] or [true[0]])
        assert np.array_equal(true[1 : before + 1] if before else true[:1], untouched)


def test_a_lookback_longer_than_the_bars_knows_only_what_is_true_already() -> None:
    drawn = np.array([FALSE] * 10 + [TRUE] + [FALSE] * 59, np.uint8)
    true, false = rows_of([drawn])
    word_logic.look_back(true, false, 1, 1, 71, np.zeros((1, words_for(70)), np.uint64))
    assert unpacked(true[1], 70).tolist() == [False] * 10 + [True] * 60
    assert not unpacked(false[1], 70).any()
