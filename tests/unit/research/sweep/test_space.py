"""Grids: what an axis goes through, how combinations are numbered, and what is refused."""

import numpy as np
import pytest

from tradewright.core.canonical import canonical_json
from tradewright.core.errors import InputError
from tradewright.engine.rule_parts import Level
from tradewright.research.sweep.space import grid_space

TEXTS = [
    ("5..20:5", (5, 10, 15, 20)),
    ("5..19:5", (5, 10, 15)),
    ("5..8", (5, 6, 7, 8)),
    ("-2..2:2", (-2, 0, 2)),
    ("0.1..0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
    ("1..2:0.5", (1.0, 1.5, 2.0)),
    ("1e-3..3e-3:1e-3", (0.001, 0.002, 0.003)),
    ("7..7", (7,)),
    ("1e3..2e3:500", (1000, 1500, 2000)),
    ("0.5..0.5", (0.5,)),
    ("1..3:0.5atr", ("1atr", "1.5atr", "2atr", "2.5atr", "3atr")),
    ("1..2%", ("1%", "2%")),
    ("10..30:10atr(20)", ("10atr(20)", "20atr(20)", "30atr(20)")),
    ("risk:0.01..0.03:0.01", ("risk:0.01", "risk:0.02", "risk:0.03")),
    ("1, 2,none", (1, 2, None)),
    ("true,false", (True, False)),
    ("long,short,both", ("long", "short", "both")),
    ("1.5atr", ("1.5atr",)),
    ("-.5,1e2,3.0", (-0.5, 100.0, 3.0)),
    ("2%:0.5,4%:0.5; 3%", ("2%:0.5,4%:0.5", "3%")),
    ("stop_limit:1%,0.2%;", ("stop_limit:1%,0.2%",)),
]


@pytest.mark.parametrize(("text", "values"), TEXTS)
def test_text_of_a_command_line_says_which_values(text: str, values: tuple[object, ...]) -> None:
    (axis,) = grid_space({"x": text}).axes
    assert axis.values == values
    assert [type(value) for value in axis.values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ([3, 1, 2], (3, 1, 2)),
        (range(5, 21, 5), (5, 10, 15, 20)),
        (range(3, 0, -1), (3, 2, 1)),
        (np.arange(2, 5), (2, 3, 4)),
        (np.array([0.5, 1.0]), (0.5, 1.0)),
        ([np.float64(1.5), np.int32(2), np.bool_(True)], (1.5, 2, True)),
        (12, (12,)),
        (None, (None,)),
        ({"unit": "atr", "value": 2}, ({"unit": "atr", "value": 2},)),
        ([Level(value=2.0), None], (Level(value=2.0).model_dump(), None)),
        ([True, 1], (True, 1)),
    ],
)
def test_python_values_become_plain_ones(given: object, values: tuple[object, ...]) -> None:
    (axis,) = grid_space({"x": given}).axes
    assert axis.values == values
    assert [type(value) for value in axis.values] == [type(value) for value in values]


def test_last_axis_turns_fastest() -> None:
    space = grid_space({"fast": [5, 10], "stop_loss": "1,2,none"})
    assert space.size == 6
    assert space.names == ("fast", "stop_loss")
    got = [space.combination(number) for number in range(6)]
    assert got[:4] == [
        {"fast": 5, "stop_loss": 1},
        {"fast": 5, "stop_loss": 2},
        {"fast": 5, "stop_loss": None},
        {"fast": 10, "stop_loss": 1},
    ]


def test_values_come_in_columns_of_their_kind() -> None:
    space = grid_space({"a": [1, 2], "b": [0.5, 1], "c": [True, False], "d": [None, 2]})
    values = space.values(np.arange(space.size))
    assert [column.dtype.kind for column in values.values()] == ["i", "f", "b", "O"]
    assert values["d"].tolist() == [None, 2] * 8


def test_many_combinations_cost_nothing_until_they_are_asked_for() -> None:
    space = grid_space({name: range(100) for name in "abcd"})
    assert space.size == 100_000_000
    assert space.combination(99_999_999) == dict.fromkeys("abcd", 99)
    assert space.combination(1_020_304) == {"a": 1, "b": 2, "c": 3, "d": 4}


@pytest.mark.parametrize("number", [-1, 4])
def test_number_outside_is_refused(number: int) -> None:
    space = grid_space({"a": [1, 2], "b": [1, 2]})
    with pytest.raises(IndexError, match="from 0 to 3"):
        space.index(np.array([number]))


def test_equal_grids_are_written_alike_and_others_are_not() -> None:
    def written(grid: dict[str, object]) -> str:
        return canonical_json(grid_space(grid).to_dict())

    first = written({"fast": "5..15:5", "slow": [20.0, 30]})
    assert first == written({"fast": [5, 10, 15], "slow": range(20, 40, 10)})
    assert first != written({"slow": [20, 30], "fast": [5, 10, 15]})
    assert first != written({"fast": [5, 15, 10], "slow": [20, 30]})


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({}, "there is no axis"),
        ([("fast", 1)], "no mapping"),
        ({"": [1]}, "an axis is called ''"),
        ({3: [1]}, "an axis is called 3"),
        ({"fast": []}, "axis 'fast' has no values"),
        ({"fast": ""}, "axis 'fast' has no values"),
        ({"fast": range(5, 5)}, "axis 'fast' has no values"),
        ({"fast": "5,,6"}, "empty value"),
        ({"fast": [5, 6, 5.0]}, "axis 'fast' has 5.0 twice"),
        ({"stop_loss": [{"value": 2}, {"value": 2.0}]}, "twice"),
        ({"fast": "5..5:1,6"}, "a range among others"),
        ({"fast": "50..5"}, r"begins above its end\. Write 5\.\.50\."),
        ({"fast": "5..50:0"}, "a step that leads nowhere"),
        ({"fast": "5..50:-5"}, "a step that leads nowhere"),
        ({"stop_loss": "0.5..3"}, "has decimals and no step"),
        ({"fast": "5.."}, "is no range"),
        ({"fast": "5..50:"}, "is no range"),
        ({"fast": "1..1e99"}, "beyond what numbers can tell apart"),
        ({"fast": [float("nan")]}, "nan, which is no number"),
        ({"fast": "1,1e999"}, "inf, which is no number"),
        ({"fast": [10**40]}, "beyond what numbers"),
        ({"fast": [{1, 2}]}, "which no parameter or rule takes"),
        ({"stop_loss": [{"value": object()}]}, "which no parameter or rule takes"),
    ],
)
def test_grid_that_cannot_be_is_refused(grid: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        grid_space(grid)  # type: ignore[arg-type]
    assert caught.value.code == "E_GRID"
    assert caught.value.fix


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({"a": range(10_001), "b": range(10_000)}, "100,010,000 combinations.*about 33 minutes and 6 GB"),
        ({name: range(1000) for name in "abcd"}, "1,000,000,000,000 combinations.*231 days and 64 TB"),
        ({"a": "0..1e9:1e-9", "b": range(10**15)}, r"1\.0e\+33 combinations"),
        ({"a": "0..1e15:1e-300"}, "combinations"),
        ({"a": range(2_000_000)}, "axis 'a' has 2,000,000 values"),
    ],
)
def test_too_many_combinations_are_refused_with_what_they_would_take(
    grid: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        grid_space(grid)
    assert "samples=" in caught.value.fix
