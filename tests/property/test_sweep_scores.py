"""Scores of a sweep mean the same however they were cut into pieces, kept, damaged and kept again."""

import os
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.memory import MemoryScores
from tradewright.data.scores.part import Part
from tradewright.data.scores.scores import Scores

SIZE = 9_000
FINGERPRINT = "c" * 64
VALUES = np.array([0.0, -0.0, 1.5, -2.25, np.nan, -np.nan, np.inf, 1e-300])


def whole(seed: int, share: float) -> Part:
    """Return scores of a sweep of which a share was not excluded, a third of them on purpose awkward."""
    draw = np.random.default_rng(seed)
    numbers = np.flatnonzero(draw.random(SIZE) < share)
    metrics = {name: draw.normal(size=numbers.size) for name in ("sharpe", "trades")}
    for values in metrics.values():
        odd = draw.random(numbers.size) < 0.3
        values[odd] = draw.choice(VALUES, odd.sum())
    return Part(numbers, {"a": numbers // 100, "b": numbers % 100}, metrics, 0)


def cut(part: Part, cuts: list[int]) -> list[Part]:
    """Return the rows between each two of the cuts, which are numbers of combinations."""
    edges = [0, *sorted(cuts), SIZE]
    places = np.searchsorted(part.numbers, edges).tolist()
    return [
        Part(
            part.numbers[i:j],
            {name: column[i:j] for name, column in part.index.items()},
            {name: column[i:j] for name, column in part.metrics.items()},
            0,
        )
        for i, j in pairwise(places)
    ]


def hashed(scores: Scores, parts: list[Part], order: list[int]) -> str:
    for piece in order:
        scores.keep(piece, parts[piece])
    return scores.result_hash()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.0, 0.001, 0.5, 1.0]),
    cuts=st.lists(st.one_of(st.integers(1, SIZE - 1), st.sampled_from([4_095, 4_096, 8_192])), max_size=8),
    data=st.data(),
)
def test_hash_is_the_same_however_pieces_were_cut_kept_and_damaged(
    seed: int, share: float, cuts: list[int], data: st.DataObject
) -> None:
    given_ = whole(seed, share)
    expected = hashed(MemoryScores({}, FINGERPRINT), [given_], [0])
    parts = cut(given_, cuts)
    order = data.draw(st.permutations(range(len(parts))))
    assert hashed(MemoryScores({}, FINGERPRINT), parts, order) == expected
    with TemporaryDirectory() as place:
        with ScoreFolder.open(place, {}, FINGERPRINT) as scores:
            assert hashed(scores, parts, order) == expected
        for path in sorted(Path(place).glob("*.parquet")):
            harm = data.draw(st.sampled_from(["none", "cut", "flip", "gone"]))
            raw = bytearray(path.read_bytes())
            at = data.draw(st.integers(0, len(raw) - 1))
            raw[at] ^= 1 << at % 8
            match harm:
                case "cut":
                    os.truncate(path, at)
                case "flip":
                    path.write_bytes(raw)
                case "gone":
                    path.unlink()
                case _:
                    continue
            with ScoreFolder.open(place, {}, FINGERPRINT) as scores:
                assert int(path.name.split("-")[1]) not in scores.done()
        with ScoreFolder.open(place, {}, FINGERPRINT) as scores:
            again = [piece for piece in order if piece not in scores.done()]
            assert hashed(scores, parts, again) == expected
            frame = scores.frame().collect()
            np.testing.assert_array_equal(frame["number"].to_numpy(), given_.numbers)
            np.testing.assert_array_equal(frame["metric:sharpe"].to_numpy(), given_.metrics["sharpe"])
