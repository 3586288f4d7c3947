"""Values, costs and rules as people read them."""

import pytest

from tradewright.engine.rules import Rules
from tradewright.metrics.catalog import BY_ID, CATALOG
from tradewright.reports.words import (
    costs_in_words,
    exact,
    exits_in_words,
    money_decimals,
    orders_in_words,
    rules_in_words,
    shown,
    size_in_words,
)

MINUS = "\N{MINUS SIGN}"


def plain(**rules):
    """Return rules as a run keeps them."""
    return Rules(**rules).model_dump(mode="json")


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
        ({"maker_fee": 0.001}, "fee 0.1 % a side, no slippage or half spread"),
        (
            {"maker_fee": 0.0002, "slippage_ticks": 1},
            "fee 0.1 % for takers and 0.02 % for makers, slippage 1 tick, no half spread",
        ),
        (
            {"maker_fee": -0.0001, "slippage": 0.001, "slippage_ticks": 2, "slippage_atr": 0.1},
            (
                "fee 0.1 % for takers and 0.01 % rebate for makers, slippage 0.1 % + 2 ticks + 0.1 ATR(14), "
                "no half spread"
            ),
        ),
        (
            {"fee": 0, "fee_per_unit": 0.005, "fee_per_order": 1, "fee_minimum": 2.5},
            "fee 0 % a side, 0.005 a unit, 1 an order, at least 2.5 an order, no slippage or half spread",
        ),
        (
            {"impact": 0.5, "borrow_rate": 0.03},
            (
                "fee 0.1 % a side, impact 0.5 times the root of the share of volume, no half spread, "
                "borrowing 3 % a year"
            ),
        ),
    ],
)
def test_costs_say_what_is_charged_and_what_is_not(rules, said):
    assert costs_in_words(plain(**rules)) == said


def test_rules_say_what_acts_and_leave_out_what_does_not():
    acting = plain(direction="both", sizing="risk:0.01", stop_loss=2.0, trailing=3.0, time_stop=5)
    assert rules_in_words(acting) == (
        "long and short, risk 1 % of equity, stop 2 %, trailing 3 %, time stop 5 bars, "
        "inside bars pessimistic, fills at the next open"
    )
    assert rules_in_words(plain()) == "long, all-in, fills at the next open"
    idle = plain(limit_fill="through", on_opposite="ignore")  # no limit, no other side
    assert rules_in_words(idle) == rules_in_words(plain())


RESTING = {"direction": "both", "entry": {"kind": "limit", "offset": 1}}
# Each rule at a value that acts, with what it needs to act.
ACTING = {
    "direction": ({}, "short"),
    "currency": ({}, "EUR"),
    "fee": ({}, 0.002),
    "maker_fee": ({}, 0.0),
    "fee_per_unit": ({}, 0.01),
    "fee_per_order": ({}, 1),
    "fee_minimum": ({}, 1),
    "slippage": ({}, 0.001),
    "slippage_ticks": ({}, 1),
    "slippage_atr": ({}, 0.1),
    "impact": ({}, 0.1),
    "half_spread": ({}, 0.1),
    "borrow_rate": ({}, 0.1),
    "leverage": ({}, 2),
    "maintenance_margin": ({}, 0.01),
    "sizing": ({}, "cash:100"),
    "size_on": ({}, "decision"),
    "pyramiding": ({}, 1),
    "participation": ({}, 0.5),
    "fill_on": ({}, "close"),
    "entry": ({}, "limit"),
    "limit_fill": ({"take_profit": 1}, "through"),
    "intrabar": (RESTING, "path"),
    "on_opposite": ({"direction": "both"}, "ignore"),
    "on_conflict": (RESTING, "oco"),
    "stop_loss": ({}, 1),
    "take_profit": ({}, 1),
    "trailing": ({}, 1),
    "break_even": ({}, 1),
    "time_stop": ({}, 1),
    "session_end": ({}, True),
    "close_at_end": ({}, True),
}


@pytest.mark.parametrize("name", Rules.model_fields)
def test_every_rule_that_acts_is_said(name):
    if name in {"cash", "tie_tolerance"}:
        return  # the capital stands beside the rules; the width of a tie is for comparisons of packages
    needs, value = ACTING[name]
    without, with_it = plain(**needs), plain(**needs, **{name: value})

    assert rules_in_words(without) + costs_in_words(without) != rules_in_words(with_it) + costs_in_words(
        with_it
    )


def test_rules_of_an_older_run_are_said_as_they_were_written():
    older = {"direction": "long", "trailing": 3.0, "sizing": {"kind": "all-in", "value": 1.0}}

    assert rules_in_words(older) == (
        "long, all-in, trailing 3 %, inside bars pessimistic, fills at the next open"
    )
    assert costs_in_words({"fee": 0.001, "slippage": 0.0, "half_spread": 0.0}).startswith("fee 0.1 % a side")


@pytest.mark.parametrize(
    ("sizing", "said"),
    [
        ("all-in", "all-in"),
        ("quantity:5", "5 units"),
        ("cash:2500", "2,500 of cash"),
        ("equity:0.25", "25 % of equity"),
        ("atr:0.01", "one ATR(14) moves 1 % of equity"),
        ("volatility:0.2", "aims at 20 % volatility a year, by 20 bars"),
        ("kelly:0.5", "0.5 times Kelly, 10 % of equity for the first 30 trades"),
        ("column", "size from the strategy"),
    ],
)
def test_every_size_is_said(sizing, said):
    assert size_in_words(plain(sizing=sizing)) == [said]


def test_size_says_when_and_on_what_margin():
    assert size_in_words(plain(size_on="decision", leverage=3, maintenance_margin=0.005)) == [
        "all-in",
        "sized at the deciding close",
        "leverage 3",
        "maintenance margin 0.5 %",
    ]
    assert "account in EUR" in rules_in_words(plain(currency="EUR"))


@pytest.mark.parametrize(
    ("entry", "direction", "said"),
    [
        (
            {"kind": "limit", "offset": 1},
            "long",
            "enters by limit at 1 % below the close, for 1 bar",
        ),
        (
            {"kind": "limit", "offset": 1, "lifetime": 3},
            "short",
            "enters by limit at 1 % above the close, for 3 bars",
        ),
        (
            {"kind": "stop", "offset": 0.5, "unit": "atr", "period": 7, "lifetime": "session"},
            "both",
            "enters by stop at 0.5 ATR(7) above the close (shorts below), until the session ends",
        ),
        (
            {"kind": "stop_limit", "offset": 2, "unit": "price", "through": 0.25, "lifetime": None},
            "short",
            "enters by stop-limit at 2 below the close, at most 0.25 beyond, until replaced",
        ),
        (
            {"kind": "stop", "unit": "column"},
            "both",
            "enters by stop at the strategy's price, for 1 bar",
        ),
        ({"kind": "limit"}, "long", "enters by limit at the close, for 1 bar"),
    ],
)
def test_resting_entry_says_where_and_for_how_long(entry, direction, said):
    rules = plain(entry=entry, direction=direction)

    assert orders_in_words(rules) == [said]
    assert exits_in_words(rules) == ["inside bars pessimistic", "exits at the next open"]


def test_orders_say_what_holds_them_back():
    rules = plain(
        direction="both",
        entry={"kind": "limit", "offset": 1},
        on_conflict="oco",
        pyramiding=2,
        limit_fill="through",
        participation=0.1,
    )

    assert orders_in_words(rules)[1:] == [
        "one side's order cancels the other's",
        "adds up to 2 times",
        "limits fill only beyond their price",
        "at most 10 % of a bar's volume",
    ]
    assert orders_in_words(plain()) == []


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"stop_loss": {"value": 2, "unit": "atr", "period": 9}}, ["stop 2 ATR(9)"]),
        ({"stop_loss": {"value": 95, "unit": "price"}}, ["stop 95"]),
        ({"stop_loss": {"unit": "column"}}, ["stop at the strategy's price"]),
        ({"take_profit": 4}, ["target 4 %"]),
        ({"take_profit": [{"value": 4, "share": 0.5}]}, ["target 4 % for 50 %"]),
        (
            {
                "stop_loss": 1,
                "take_profit": [{"value": 1, "unit": "r", "share": 0.5}, {"unit": "column", "share": 0.5}],
            },
            ["stop 1 %", "targets 1 R for 50 % and at the strategy's price for 50 %"],
        ),
        ({"trailing": {"value": 2, "unit": "atr", "after": 1}}, ["trailing 2 ATR(14) once 1 % is gained"]),
        ({"trailing": {"value": 3, "unit": "chandelier", "period": 22}}, ["chandelier 3 ATR(22)"]),
        ({"trailing": {"unit": "column"}}, ["trailing at the strategy's price"]),
        ({"break_even": 2}, ["stop to the entry after 2 %"]),
        (
            {"stop_loss": 1, "break_even": {"after": 1, "unit": "r", "offset": 0.1}},
            ["stop 1 %", "stop to 0.1 % beyond the entry after 1 R"],
        ),
    ],
)
def test_every_level_is_said(rules, said):
    assert exits_in_words(plain(**rules)) == [*said, "inside bars pessimistic", "fills at the next open"]


def test_exits_without_levels_are_said():
    rules = plain(direction="both", on_opposite="exit", session_end=True, close_at_end=True)

    assert exits_in_words(rules) == [
        "out at the session's end",
        "an opposite entry closes",
        "fills at the next open",
        "closed at the end of data",
    ]


@pytest.mark.parametrize(
    ("cash", "decimals"), [(10_000, 2), (100, 2), (50, 4), (0.5, 6), (0.003, 8), (1e-9, 8), (1e18, 2)]
)
def test_money_of_small_accounts_has_more_decimals(cash, decimals):
    assert money_decimals(cash) == decimals


def test_fee_of_a_small_account_is_not_rounded_away():
    assert str(shown(BY_ID["fees_paid"], 0.000498, "BTC", money_decimals(0.5))) == "0.000498 BTC"
