"""What the options of ``tradewright sweep`` say in Python, and what they cannot say together."""

from pathlib import Path
from typing import Any

import pytest

from tradewright.core.errors import InputError
from tradewright.entrypoints.cli.options import FURTHER
from tradewright.entrypoints.cli.sweeping.sweep_options import OPTIONS, asked, read_grid, sorted_by
from tradewright.library.sweeping.question import DEFAULT_METRICS


def given(**options: Any) -> dict[str, Any]:
    return {**dict.fromkeys([*OPTIONS, *FURTHER]), "grid": ["fast=5,6"], **options}


def test_what_is_not_given_is_left_out() -> None:
    usual = {"params": {}, "metrics": list(DEFAULT_METRICS)}
    assert asked(given(), []) == {"grid": {"fast": "5,6"}, "folder": "kept", **usual}
    assert asked(given(grid=None, no_keep=True), []) == usual


def test_everything_that_is_given_goes_along() -> None:
    options = given(
        grid=[
            "fast = 5..50:5", "STOP=1", "stop_loss=1ATR,None",
            "rules.direction=LONG,Both", "instrument=GOOG",
        ],
        where=["fast < slow"], samples=0, method="sobol", seed=0, memory="2GB", executor="threads:2",
        kept_in=Path("scores"), fresh=True, fee=0.002, sizing="RISK:0.01", currency="EUR",
    )  # fmt: skip
    assert asked(options, ["slow=20"]) == {
        "grid": {
            "fast": "5..50:5", "STOP": "1", "stop_loss": "1atr,none", "rules.direction": "long,both",
            "instrument": "GOOG",
        },
        "where": ["fast < slow"], "samples": 0, "method": "sobol", "seed": 0, "memory": "2GB",
        "executor": "threads:2", "folder": Path("scores"), "fresh": True, "fee": 0.002,
        "sizing": "risk:0.01", "currency": "EUR", "params": {"slow": "20"}, "metrics": list(DEFAULT_METRICS),
    }  # fmt: skip


def test_later_equals_signs_belong_to_the_values() -> None:
    assert read_grid(["name=a=b"]) == {"name": "a=b"}


@pytest.mark.parametrize(
    ("options", "metrics", "best_by"),
    [
        ({"metrics": ["trades, cagr", "sharpe"]}, ["trades", "cagr", "sharpe"], "sharpe"),
        ({"metrics": ["trades,cagr"]}, ["trades", "cagr"], "trades"),
        ({"metrics": ["cagr"], "sort": "calmar"}, ["cagr", "calmar"], "calmar"),
        ({"metrics": ["cagr"], "min_trades": 5}, ["cagr", "trades"], "cagr"),
        ({"metrics": ["cagr"], "min_trades": 0}, ["cagr"], "cagr"),
        ({"sort": "sqn"}, [*DEFAULT_METRICS, "sqn"], "sqn"),
        ({"metrics": ["all"], "sort": "sqn"}, "all", "sqn"),
        ({"metrics": ["all"]}, "all", "sharpe"),
    ],
)
def test_what_the_best_need_is_scored(
    options: dict[str, Any], metrics: list[str] | str, best_by: str
) -> None:
    assert asked(given(**options), [])["metrics"] == metrics
    assert sorted_by(given(**options)) == best_by


@pytest.mark.parametrize(
    ("options", "param", "said"),
    [
        ({"grid": ["fast"]}, [], "--grid 'fast' is not NAME=VALUES"),
        ({"grid": ["=5"]}, [], "is not NAME=VALUES"),
        ({"grid": ["fast=5", " fast =6"]}, [], "is given twice"),
        ({"grid": ["fast=5"]}, ["fast=6"], "--grid goes through fast, and --param fast fixes it"),
        ({"grid": ["stop_loss=5"], "stop_loss": "3"}, [], "and --stop-loss fixes it"),
        ({"grid": ["rules.fee=0"], "fee": 0.1}, [], "and --fee fixes it"),
        ({"method": "sobol"}, [], "--method is of samples"),
        ({"seed": 1}, [], "--seed is of samples"),
        ({"fresh": True, "no_keep": True}, [], "--no-keep contradicts --fresh"),
        ({"kept_in": Path("scores"), "no_keep": True}, [], "--no-keep contradicts --folder"),
        ({"lifetime": "5"}, [], "--lifetime is of an order that rests"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    options: dict[str, Any], param: list[str], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        asked(given(**options), param)
    assert caught.value.fix


def test_part_of_a_rule_may_vary_while_the_rule_is_fixed() -> None:
    question = asked(given(grid=["stop_loss.value=1..3"], stop_loss="1atr"), [])
    assert question["stop_loss"] == "1atr"
    assert question["grid"] == {"stop_loss.value": "1..3"}
