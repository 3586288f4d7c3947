"""What a sweep returns: tables, the best, single combinations, and how it is shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tradewright as tw
from tests.factories import make_bars
from tests.unit.library.sweeping.finished import finished
from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.library.sweeping.result import SweepResult
from tradewright.research.sweep.space import grid_space, sampled_space

TARGET = {"unit": "percent", "value": 2.0}
GRID = grid_space(
    {
        "fast": [5, 10, 15],
        "stop_loss": [None, 0.5, 2],
        "take_profit": ["2atr", None, TARGET],
        "confirm": [True, False],
    }
)


def sharpe(numbers: Any) -> Any:
    """Return 53, 52 ... 0 in steps that are scattered; undefined for every ninth combination."""
    return np.where(numbers % 9 == 0, np.nan, (numbers * 25) % 54)


def trades(numbers: Any) -> Any:
    return numbers * 2


@pytest.fixture(params=["folder", "memory"])
def result(request: pytest.FixtureRequest, tmp_path: Path) -> SweepResult:
    return finished(
        GRID,
        {"sharpe": sharpe, "trades": trades},
        folder=tmp_path / "sweep" if request.param == "folder" else None,
        without=lambda numbers: numbers % 5 == 3,
        places={"stop_loss": ("stop_loss",), "take_profit": ("take_profit",)},
        asked={"params": {"slow": 50}, "fee": 0.001},
        warnings=({"code": "W_FEW", "message": "Few bars <b>.", "count": 1},),
        execution_time_s=1.25,
    )


SCORED = [number for number in range(54) if number % 5 != 3]


def test_result_says_what_was_swept(result: SweepResult) -> None:
    assert result.axes["take_profit"] == ("2atr", None, TARGET)
    assert result.metrics == ("sharpe", "trades")
    assert (result.size, result.scored, result.excluded) == (54, 43, 11)
    assert result.fallbacks == 8
    assert result.execution_time_s == 1.25
    assert result.warnings[0]["code"] == "W_FEW"
    assert result.fingerprint == "ab" * 32
    assert result.facts["axes"] == {"fast": 3, "stop_loss": 3, "take_profit": 3, "confirm": 2}


def test_polars_table_has_parameters_and_metrics_of_every_combination(result: SweepResult) -> None:
    table = result.to_polars()
    assert table.columns == ["fast", "stop_loss", "take_profit", "confirm", "sharpe", "trades"]
    assert [str(kind) for kind in table.dtypes] == [
        "Int64",
        "Float64",
        "String",
        "Boolean",
        "Float64",
        "Float64",
    ]
    shown = {None: None, "2atr": "2atr"}
    for number, row in zip(SCORED, table.iter_rows(named=True), strict=True):
        values = GRID.combination(number)
        target = values["take_profit"]
        assert row["fast"] == values["fast"]
        assert row["stop_loss"] == values["stop_loss"]
        assert row["confirm"] is values["confirm"]
        assert row["take_profit"] == (
            '{"unit": "percent", "value": 2.0}' if target == TARGET else shown[target]
        )
        assert row["sharpe"] == (None if number % 9 == 0 else (number * 25) % 54)


def test_pandas_table_is_the_same_by_number_of_combination(result: SweepResult) -> None:
    table, other = result.to_pandas(), result.to_polars()
    assert list(table.columns) == other.columns
    assert table.index.name == "combination"
    assert table.index.tolist() == SCORED
    for name in other.columns:
        mine = table[name].astype(object)
        assert mine.where(mine.notna(), None).tolist() == other[name].to_list()


def test_best_are_the_highest_that_are_defined(result: SweepResult) -> None:
    table = result.best(n=5)
    expected = sorted((n for n in SCORED if n % 9), key=lambda n: -(n * 25 % 54))[:5]
    assert table.index.tolist() == expected
    assert table["sharpe"].tolist() == [float(n * 25 % 54) for n in expected]
    assert len(result.best(n=1_000)) == sum(1 for n in SCORED if n % 9)


def test_best_of_equals_are_the_first(tmp_path: Path) -> None:
    flat = finished(grid_space({"a": "0..99", "b": "0..9"}), {"sharpe": lambda n: n // 300}, piece=64)
    assert flat.best(n=4).index.tolist() == [900, 901, 902, 903]
    assert flat.best(n=102).index.tolist()[-2:] == [600, 601]


def test_best_is_lowest_where_the_catalogue_says_so() -> None:
    calm = finished(GRID, {"volatility": lambda n: (n * 25) % 54})
    assert calm.best("volatility", n=3)["volatility"].tolist() == [0.0, 1.0, 2.0]


def test_best_keeps_to_a_condition_over_parameters_and_metrics(result: SweepResult) -> None:
    table = result.best(where="trades >= 60 and fast < 15 and stop_loss is not None and confirm", n=50)
    wanted = [
        n
        for n in SCORED
        if n % 9 and 2 * n >= 60 and (v := GRID.combination(n))["fast"] < 15
        if v["stop_loss"] is not None and v["confirm"]
    ]
    assert sorted(table.index.tolist()) == wanted != []
    assert result.best(where="trades > 1000").empty
    assert list(result.best(where="trades > 1000").columns) == result.to_polars().columns


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda result: result.best("sharp"), "E_METRIC"),
        (lambda result: result.plateau("calmar"), "E_METRIC"),
        (lambda result: result.best(where="slow > 3"), "E_WHERE"),
        (lambda result: result.best(n=0), "E_PARAMETER"),
        (lambda result: result.best(n=2.5), "E_PARAMETER"),
        (lambda result: result.plateau(radius=0), "E_PARAMETER"),
        (lambda result: result.plateau(radius=1.0), "E_PARAMETER"),
        (lambda result: result.params(54), "E_COMBINATION"),
        (lambda result: result.params(-1), "E_COMBINATION"),
        (lambda result: result.params({"fast": 5}), "E_PARAMETER"),
        (lambda result: result.params("first"), "E_PARAMETER"),
        (lambda result: result.params(None), "E_PARAMETER"),
        (lambda result: result.params(True), "E_PARAMETER"),
        (lambda result: result.params(result.best()), "E_PARAMETER"),
        (lambda result: result.params(result.to_polars()), "E_PARAMETER"),
    ],
)
def test_wrong_question_is_an_error(result: SweepResult, call: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        call(result)
    assert caught.value.code == code


def test_unknown_metric_names_the_nearest(result: SweepResult) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'sharpe'"):
        result.best("sharp")


def test_arguments_of_a_combination_run_it_alone(result: SweepResult) -> None:
    assert result.params(4) == {
        "params": {"slow": 50, "fast": 5, "confirm": True},
        "fee": 0.001,
        "stop_loss": None,
        "take_profit": TARGET,
    }


def test_every_kind_of_row_gives_the_same_arguments(result: SweepResult) -> None:
    frame, table = result.to_pandas(), result.to_polars()
    for at, number in enumerate(SCORED):
        expected = result.params(number)
        assert result.params(np.int64(number)) == expected
        assert result.params(frame.iloc[at]) == expected
        assert result.params(table.row(at, named=True)) == expected
    assert result.params(result.plateau().iloc[3]) == result.params(result.plateau().index[3])


def test_value_that_was_not_swept_is_refused(result: SweepResult) -> None:
    row = result.to_polars().row(0, named=True)
    for name, value in (("fast", 7), ("take_profit", "3atr"), ("confirm", 1), ("stop_loss", True)):
        with pytest.raises(ParameterError, match="did not go through"):
            result.params(row | {name: value})


def test_arguments_may_be_changed_by_their_reader(result: SweepResult) -> None:
    found = result.params(4)
    found["params"]["slow"] = 1
    found["take_profit"]["value"] = 9.0
    assert result.params(4)["params"]["slow"] == 50
    assert result.params(4)["take_profit"] == TARGET


def test_axis_inside_a_rule_changes_that_part_alone() -> None:
    deep = finished(
        grid_space({"stop_loss.value": [1, 2], "target": [3, 4], "size": [0.1, 0.2]}),
        {"sharpe": sharpe},
        places={
            "stop_loss.value": ("stop_loss", "value"),
            "target": ("take_profit", 1, "value"),
            "size": ("sizing", "value"),
        },
        asked={
            "stop_loss": {"unit": "atr", "value": 9},
            "take_profit": ({"value": 1, "share": 0.5}, {"value": 2, "share": 0.5}),
        },
    )
    assert deep.params(7) == {
        "stop_loss": {"unit": "atr", "value": 2},
        "take_profit": [{"value": 1, "share": 0.5}, {"value": 4, "share": 0.5}],
        "sizing": {"value": 0.2},
    }


def test_arguments_are_those_of_a_backtest() -> None:
    swept = finished(
        grid_space({"fast": [10, 20], "stop_loss": [None, "2%"]}),
        {"sharpe": sharpe},
        places={"stop_loss": ("stop_loss",)},
        asked={"params": {"slow": 50}, "cash": 5_000.0},
    )
    close = 100 + 10 * np.sin(np.arange(300) / 9)
    bars = make_bars(np.column_stack([close, close + 1, close - 1, close]))
    run = tw.backtest("ma_crossover", bars, **swept.params(3))
    assert run.facts["params"]["fast"] == 20
    assert run.facts["params"]["slow"] == 50
    assert run.manifest["rules"]["stop_loss"]["value"] == 2.0


def test_parameter_with_the_name_of_a_metric_has_a_column_of_its_own() -> None:
    both = finished(grid_space({"trades": [1, 2]}), {"sharpe": lambda n: n, "trades": lambda n: n + 10})
    assert both.to_polars().to_dict(as_series=False) == {
        "params.trades": [1, 2],
        "sharpe": [0.0, 1.0],
        "trades": [10.0, 11.0],
    }
    assert both.best(where="params.trades == 1 and trades == 10").index.tolist() == [0]
    assert both.params(both.to_pandas().iloc[1]) == {"params": {"trades": 2}}


def test_sweep_that_excluded_all_has_empty_tables() -> None:
    none = finished(GRID, {"sharpe": sharpe}, without=lambda numbers: numbers >= 0)
    assert none.scored == 0
    assert none.to_polars().columns == none.to_pandas().columns.tolist() == [*GRID.names, "sharpe"]
    assert none.best().empty
    assert none.best(where="fast > 1").empty
    assert none.plateau().empty
    assert "0 of 54" in repr(none)
    assert none._repr_html_()


def test_drawn_combinations_have_tables_but_no_plateau() -> None:
    drawn = finished(sampled_space({"fast": "5..500", "slow": "0.5..9.5"}, 40, seed=3), {"sharpe": sharpe})
    assert drawn.to_pandas().shape == (40, 3)
    assert drawn.params(drawn.best(n=1).iloc[0]) == drawn.params(drawn.best(n=1).index[0])
    with pytest.raises(InputError, match="drawn") as caught:
        drawn.plateau()
    assert caught.value.code == "E_NO_GRID"


def test_plateau_puts_a_broad_hill_before_a_lonely_peak() -> None:
    def hill(numbers: Any) -> Any:
        x, y = numbers // 20, numbers % 20
        return np.where(numbers == 21, 9.0, 5 - np.hypot(x - 12, y - 12))

    swept = finished(grid_space({"x": "0..19", "y": "0..19"}), {"sharpe": hill}, piece=64)
    assert swept.best(n=1).index[0] == 21
    table = swept.plateau()
    assert list(table.columns) == ["x", "y", "sharpe", "plateau", "neighbours"]
    assert (table.iloc[0]["x"], table.iloc[0]["y"], table.iloc[0]["neighbours"]) == (12, 12, 9)
    assert table.loc[21, "plateau"] < 0
    assert len(table) == 400
    assert table["plateau"].is_monotonic_decreasing


def test_repr_is_one_line_and_html_shows_the_best(result: SweepResult) -> None:
    assert repr(result) == (
        "SweepResult(ma_crossover on AAPL 1d: 43 of 54 combinations "
        "(3 fast x 3 stop_loss x 3 take_profit x 2 confirm), abababababab)"
    )
    page = result._repr_html_()
    assert "best by sharpe" in page
    assert "Few bars &lt;b&gt;." in page
    assert page.count("<tr>") == 6
    assert ("Scores in" in page) == (result.folder is not None)


def test_pictures_are_of_all_combinations(result: SweepResult) -> None:
    picture = result.plot.heatmap("fast", "stop_loss", "trades")
    assert "ma_crossover on AAPL 1d" in picture._repr_html_()
    with pytest.raises(UnknownNameError) as caught:
        result.plot.heatmap("fast", "slow")
    assert caught.value.code == "E_AXIS"


def test_hash_is_that_of_the_scores_wherever_they_are(tmp_path: Path) -> None:
    metrics = {"sharpe": sharpe, "trades": trades}
    hashes = {
        finished(GRID, metrics).result_hash,
        finished(GRID, metrics, piece=50).result_hash,
        finished(GRID, metrics, folder=tmp_path / "sweep").result_hash,
    }
    assert len(hashes) == 1
    assert finished(GRID, {"sharpe": trades, "trades": trades}).result_hash not in hashes
