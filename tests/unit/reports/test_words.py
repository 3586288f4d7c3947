"""Values, costs and rules as people read them."""

import pytest

from tradewright.engine.rules import Rules
from tradewright.metrics.catalog import BY_ID, CATALOG
from tradewright.reports.words import costs_in_words, exact, money_decimals, rules_in_words, shown

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("total_return", 0.12345, "12.35 %"),
        ("total_return", -0.5, f"{MINUS}50.00 %"),
        ("max_drawdown", -0.00001, "0.00 %"),
        ("final_equity", 1234.5, "1,234.50 EUR"),
        ("final_equity", 1.5e300, "1.500e+300 EUR"),
        ("trades", 1234, "1,234"),
        ("max_drawdown_duration", 86_400 * 3, "3.0 days"),
        ("max_drawdown_duration", 5_400, "1.5 h"),
        ("max_drawdown_duration", 90, "1.5 min"),
        ("avg_bars_held", 3.25, "3.2 bars"),
        ("turnover", 4.5, "4.50 /year"),
        ("esi_band", "stable", "stable"),
        ("sharpe", None, "—"),
    ],
)
def test_value_has_its_unit_beside_it(metric, value, said):
    assert str(shown(BY_ID[metric], value, "EUR")) == said


def test_every_metric_of_the_catalogue_can_be_shown():
    for metric in CATALOG:
        value = "stable" if metric.unit == "band" else 1 if metric.unit == "count" else 1.5
        assert str(shown(metric, value, "USD")).strip()


def test_exact_value_is_that_of_json():
    assert exact(0.1 + 0.2) == "0.30000000000000004"
    assert exact(None) == "null"
    assert exact(19) == "19"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, "fee 0.1 % a side, no slippage or half spread"),
        ({"fee": 0.00002, "slippage": 0.0005}, "fee 0.002 % a side, slippage 0.05 %, no half spread"),
        ({"fee": 0.0, "half_spread": 0.25}, "fee 0 % a side, half spread 0.25, no slippage"),
    ],
)
def test_costs_say_what_is_charged_and_what_is_not(rules, said):
    assert costs_in_words(Rules(**rules).model_dump(mode="json")) == said


def test_rules_say_what_acts_and_leave_out_what_does_not():
    rules = Rules(direction="both", sizing="risk:0.01", stop_loss=2.0, trailing=3.0, time_stop=5)
    assert rules_in_words(rules.model_dump(mode="json")) == (
        "long and short, risk 0.01, stop 2 %, trailing 3 %, time stop 5 bars, inside bars pessimistic, "
        "fills at the next open"
    )
    assert rules_in_words(Rules().model_dump(mode="json")) == "long, all-in, fills at the next open"


@pytest.mark.parametrize(
    ("cash", "decimals"), [(10_000, 2), (100, 2), (50, 4), (0.5, 6), (0.003, 8), (1e-9, 8), (1e18, 2)]
)
def test_money_of_small_accounts_has_more_decimals(cash, decimals):
    assert money_decimals(cash) == decimals


def test_fee_of_a_small_account_is_not_rounded_away():
    assert str(shown(BY_ID["fees_paid"], 0.000498, "BTC", money_decimals(0.5))) == "0.000498 BTC"
