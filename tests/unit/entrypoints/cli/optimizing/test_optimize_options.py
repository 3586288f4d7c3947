"""What the options of ``tradewright optimize`` say in Python, and what they cannot say together."""

from typing import Any

import pytest

from tradewright.core.errors import InputError
from tradewright.entrypoints.cli.optimizing.optimize_options import OPTIONS, asked
from tradewright.entrypoints.cli.options import FURTHER
from tradewright.library.sweeping.question import DEFAULT_METRICS


def given(**options: Any) -> dict[str, Any]:
    return {**dict.fromkeys([*OPTIONS, *FURTHER]), **options}


def test_what_is_not_given_is_left_out() -> None:
    assert asked(given(), ["fast=5..6"], []) == {
        "space": {"fast": "5..6"}, "objective": "sharpe", "metrics": list(DEFAULT_METRICS), "params": {},
    }  # fmt: skip


def test_everything_that_is_given_goes_along() -> None:
    options = given(
        where=["fast < slow"], method="nsga2", trials=30, batch=5, seed=0, objective=["calmar, min exposure"],
        constraint=["trades >= 30"], metrics=["sqn", "cagr"], memory="2GB", executor="threads:2", fee=0.002,
        top=3,
    )  # fmt: skip
    assert asked(options, ["fast = 5..50", "stop_loss=1.0..2.0ATR"], ["slow=20"]) == {
        "space": {"fast": "5..50", "stop_loss": "1.0..2.0atr"}, "where": ["fast < slow"], "method": "nsga2",
        "trials": 30, "batch": 5, "seed": 0, "objective": ["calmar", "min exposure"],
        "constraints": ["trades >= 30"], "metrics": ["sqn", "cagr"], "memory": "2GB",
        "executor": "threads:2", "fee": 0.002, "params": {"slow": "20"},
    }  # fmt: skip
    assert asked(given(metrics=["sqn,all"]), ["fast=5..6"], [])["metrics"] == "all"


@pytest.mark.parametrize(
    ("space", "options", "param", "said"),
    [
        (["fast"], {}, [], "--space 'fast' is not NAME=VALUES"),
        (["fast=5", "fast=6"], {}, [], "--space 'fast=6' is given twice"),
        (["fast=5..9"], {}, ["fast=6"], "--space goes through fast, and --param fast fixes it"),
        (["stop_loss=1..5"], {"stop_loss": "3"}, [], "and --stop-loss fixes it"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    space: list[str], options: dict[str, Any], param: list[str], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        asked(given(**options), space, param)
    assert caught.value.fix
