"""``tradewright portfolio``: what it prints, and the codes it ends with."""

import json

import pytest

from tradewright.entrypoints.cli.main import exit_code

DATA = ["--data", "sample:GOOG", "--data", "sample:IBM"]


def test_portfolio_prints_numbers_contributions_and_that_it_is_not_kept(capsys):
    assert exit_code(["portfolio", "equal_weight", *DATA, "--rebalance", "month_end"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("Equal weight", "2 symbols", "Contributions", "GOOG", "not kept"))


def test_portfolio_as_json_is_one_object_with_the_rules_asked_for(capsys):
    words = [
        *DATA,
        "--json",
        "--param",
        "top=1",
        "--max-weight",
        "0.4",
        "--direction",
        "LONG",
        "--fee",
        "0.002",
    ]
    assert exit_code(["portfolio", "momentum_rotation", *words, "--start", "2010-01-01"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["run"]["params"]["top"] == 1
    assert told["run"]["limits"]["max_weight"] == 0.4
    assert told["run"]["rules"]["fee"] == 0.002
    assert told["run"]["symbols"] == ["GOOG", "IBM"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["equal_wieght", *DATA], "equal_weight"),
        (["equal_weight", *DATA, "--rebalance", "mont_end"], "month_end"),
        (["pairs_spread", "--data", "sample:GOOG"], "E_PANEL_PAIR"),
        (["equal_weight", *DATA, *DATA], "stands twice"),
        (["equal_weight", *DATA, "--max-weight", "0"], "max_weight"),
        (["equal_weight", *DATA, "--max-positions", "1"], "slots of ranked signals"),
    ],
)
def test_portfolio_that_cannot_be_ends_with_2_and_says_why(words, told, capsys):
    assert exit_code(["portfolio", *words]) == 2
    assert told in capsys.readouterr().err
