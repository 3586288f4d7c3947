"""Drawn combinations: distinct, within their ranges, the same for the same seed."""

import numpy as np
import pytest

from tradewright.core.errors import InputError
from tradewright.research.sweep.combinations.axes import Space
from tradewright.research.sweep.space import sampled_space

RANGES = {"fast": "5..50", "slow": "20..200:10", "stop_loss": "0.5..3", "direction": "long,both"}


def rows(space: Space) -> list[tuple[object, ...]]:
    return [tuple(space.combination(number).values()) for number in range(space.size)]


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_samples_are_distinct_and_within_their_ranges(method: str) -> None:
    space = sampled_space(RANGES, 500, method, seed=3)  # type: ignore[arg-type]
    drawn = rows(space)
    assert space.size == 500
    assert len(set(drawn)) == 500
    for fast, slow, stop, direction in drawn:
        assert isinstance(fast, int)
        assert 5 <= fast <= 50
        assert slow in range(20, 201, 10)
        assert isinstance(stop, float)
        assert 0.5 <= stop <= 3
        assert round(stop, 6) == stop
        assert direction in {"long", "both"}


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_seed_decides_everything(method: str) -> None:
    first, again, other = (sampled_space(RANGES, 64, method, seed) for seed in (1, 1, 2))  # type: ignore[arg-type]
    assert rows(first) == rows(again)
    assert first.to_dict() == again.to_dict()
    assert rows(first) != rows(other)
    assert first.to_dict() != other.to_dict()


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_asking_for_all_gives_all(method: str) -> None:
    space = sampled_space({"a": "1..30", "b": "1..10", "c": [True, False]}, 600, method)  # type: ignore[arg-type]
    assert len(set(rows(space))) == 600


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_conditions_hold_for_everything_drawn(method: str) -> None:
    space = sampled_space(
        {"fast": "1..40", "slow": "1..40"},
        780,  # every one there is
        method,  # type: ignore[arg-type]
        keep=lambda values: values["fast"] < values["slow"],
    )
    assert set(rows(space)) == {(fast, slow) for slow in range(1, 41) for fast in range(1, slow)}


def test_more_samples_begin_with_the_same() -> None:
    few, many = (sampled_space(RANGES, count, "sobol", 5) for count in (100, 900))
    assert rows(many)[:100] == rows(few)


def test_ranges_too_long_for_a_list_can_be_drawn_from() -> None:
    (cash, fee) = zip(*rows(sampled_space({"cash": range(1, 10**9), "fee": "0.0..0.01"}, 50)), strict=True)
    assert max(cash) > 10**8  # type: ignore[type-var,operator]
    assert 0 <= min(fee) < max(fee) <= 0.01  # type: ignore[type-var,operator]


def test_words_around_a_range_stay_around_what_is_drawn() -> None:
    drawn = rows(sampled_space({"stop_loss": "0.5..3.0atr"}, 10))
    assert all(0.5 <= float(str(stop).removesuffix("atr")) <= 3 for (stop,) in drawn)


def test_index_and_values_agree() -> None:
    space = sampled_space(RANGES, 100)
    numbers = np.array([7, 3, 99])
    values, index = space.values(numbers), space.index(numbers)
    for axis in space.axes:
        assert [axis.values[place] for place in index[axis.name]] == values[axis.name].tolist()
        assert index[axis.name].dtype == np.int64


@pytest.mark.parametrize(
    ("ranges", "asked", "said"),
    [
        ({"a": "1..5", "b": "1,2"}, {"samples": 11}, "there are 10 different combinations, and 11"),
        ({"a": "1..5"}, {"samples": 0}, "samples is 0; it is a whole number from 1 to 1,000,000"),
        ({"a": "1..5"}, {"samples": 2_000_000}, "samples is 2000000"),
        ({"a": "1..5"}, {"samples": 2.5}, "samples is 2.5"),
        ({"a": "1..5"}, {"samples": True}, "samples is True"),
        ({"a": "1..5"}, {"samples": 2, "seed": -1}, "seed is -1"),
        ({"a": "1..5"}, {"samples": 2, "seed": "x"}, "seed is 'x'"),
        ({"a": "1..5"}, {"samples": 2, "method": "sobel"}, "unknown method 'sobel'.*Did you mean 'sobol'"),
        ({"a": range(10**12)}, {"samples": 2}, "axis 'a' has 1,000,000,000,000 values"),
        ({f"a{i}": "1..5" for i in range(22)}, {"samples": 2, "method": "sobol"}, "22 axes.*21 at most"),
        (
            {"a": "1..9", "b": "1..9"},
            {"samples": 5, "keep": lambda values: (values["a"] == 1) & (values["b"] < 4)},
            "of 81 different combinations the conditions leave 3, and 5 are to be drawn. Draw 3 or fewer",
        ),
        (
            {"a": "0.0..1", "b": "1..9"},
            {"samples": 5, "keep": lambda values: values["a"] > 2},
            "0 of 5 combinations were found",
        ),
    ],
)
def test_samples_that_cannot_be_are_refused(
    ranges: dict[str, object], asked: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        sampled_space(ranges, **asked)  # type: ignore[arg-type]
    assert caught.value.code == "E_SAMPLES"


@pytest.mark.parametrize("ranges", [{}, {"a": []}, {"a": "3..1"}, {"a": "0.5..2,3"}, {"a": "1.5..x"}])
def test_ranges_that_cannot_be_are_refused(ranges: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        sampled_space(ranges, 1)
    assert caught.value.code == "E_GRID"
