"""Sizes beyond the simple ones (5.1, 5.2), worked out by hand. Cash 10,000, no costs unless said."""

import math

import pytest

from tests.factories import flat_bars, make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, fills
from tests.reference.scenarios.given import QUIET, bars_of, signals_of

LONG = signals_of(3, long_entry=[0])


def first_size(run: object) -> float:
    return run.fills[0].quantity  # type: ignore[attr-defined]


def test_atr_size_risks_a_fraction_for_one_atr(simulate: Simulate) -> None:
    # 1 % of 10,000 over an ATR of 4: 25 units. The fill bar's ATR plays no part.
    signals = signals_of(3, {"atr:14": [4, 50, 50]}, long_entry=[0])
    run = simulate(
        flat_bars(100, 100, 100), signals, make_rules(sizing={"kind": "atr", "value": 0.01, "period": 14})
    )
    assert first_size(run) == close_to(25)


def test_atr_size_counts_the_multiplier(simulate: Simulate) -> None:
    signals = signals_of(3, {"atr:14": [4, 50, 50]}, long_entry=[0])
    rules = make_rules(sizing={"kind": "atr", "value": 0.01, "period": 14})
    assert first_size(simulate(flat_bars(100, 100, 100, multiplier=5), signals, rules)) == close_to(5)


def test_volatility_size_is_a_share_of_equity(simulate: Simulate) -> None:
    # 20 % wanted of 50 %: 0.4 of the equity: 4,000 for 40 units.
    signals = signals_of(3, {"volatility:20": [0.5, 9, 9]}, long_entry=[0])
    rules = make_rules(sizing={"kind": "volatility", "value": 0.2, "period": 20})
    assert first_size(simulate(flat_bars(100, 100, 100), signals, rules)) == close_to(40)


def test_volatility_size_above_the_account_is_capped(simulate: Simulate) -> None:
    signals = signals_of(3, {"volatility:20": [0.1, 9, 9]}, long_entry=[0])
    rules = make_rules(sizing={"kind": "volatility", "value": 0.2, "period": 20})
    run = simulate(flat_bars(100, 100, 100), signals, rules)
    assert first_size(run) == close_to(100)
    assert counted(run) == {"capped": 1}


def test_column_size_is_in_units_of_the_decision_bar(simulate: Simulate) -> None:
    signals = signals_of(3, {"size": [7, 9, 9]}, long_entry=[0])
    assert first_size(simulate(flat_bars(100, 100, 100), signals, make_rules(sizing="column"))) == 7


@pytest.mark.parametrize("value", [math.nan, 0.0, -3.0])
@pytest.mark.parametrize(
    ("sizing", "column"),
    [
        ("column", "size"),
        ({"kind": "atr", "value": 0.01, "period": 14}, "atr:14"),
        ({"kind": "volatility", "value": 0.2, "period": 20}, "volatility:20"),
    ],
)
@pytest.mark.parametrize("size_on", ["fill", "decision"])
def test_size_that_is_unknown_skips_the_entry(
    simulate: Simulate, sizing: object, column: str, value: float, size_on: str
) -> None:
    signals = signals_of(3, {column: [value, 9, 9]}, long_entry=[0])
    run = simulate(flat_bars(100, 100, 100), signals, make_rules(sizing=sizing, size_on=size_on))
    assert fills(run) == []
    assert counted(run) == {"unknown_size": 1}


KELLY = {"kind": "kelly", "value": 0.5, "initial": 0.1}


def test_kelly_starts_with_its_initial_share(simulate: Simulate) -> None:
    run = simulate(flat_bars(100, 100, 100), LONG, make_rules(sizing={**KELLY, "period": 2}))
    assert first_size(run) == close_to(10)


def test_kelly_weighs_wins_and_losses(simulate: Simulate) -> None:
    # 10 units: 100 -> 120 wins 20 %, then 100 -> 90 loses 10 %. W = 1/2, B = 2: 0.5 - 0.5/2 = 0.25,
    # half of it 0.125. Cash 10,000 + 200 = 10,200; 1,020 at 100 is 10.2 units, which lose 102: 10,098.
    # 0.125 * 10,098 / 100 = 12.6225.
    bars = flat_bars(100, 100, 120, 100, 90, 100, 100)
    signals = signals_of(7, long_entry=[0, 2, 5], long_exit=[1, 3])
    run = simulate(bars, signals, make_rules(sizing={**KELLY, "period": 2}))
    assert [f.quantity for f in run.fills] == close_to([10, -10, 10.2, -10.2, 12.6225])


def test_kelly_without_losses_is_its_fraction(simulate: Simulate) -> None:
    bars = flat_bars(100, 100, 120, 100, 100)
    run = simulate(
        bars, signals_of(5, long_entry=[0, 2], long_exit=[1]), make_rules(sizing={**KELLY, "period": 1})
    )
    assert run.fills[2].quantity == close_to(0.5 * 10_200 / 100)


def test_kelly_without_an_edge_buys_nothing(simulate: Simulate) -> None:
    bars = flat_bars(100, 100, 90, 100, 100)
    run = simulate(
        bars, signals_of(5, long_entry=[0, 2], long_exit=[1]), make_rules(sizing={**KELLY, "period": 1})
    )
    assert len(run.fills) == 2
    assert counted(run) == {"below_minimum": 1}


# --------------------------------------------------------------------------- costs that depend on the size


def test_all_in_leaves_room_for_fixed_fees(simulate: Simulate) -> None:
    # q * 100 + q * 0.5 + 5 = 10,000.
    rules = make_rules(fee_per_unit=0.5, fee_per_order=5)
    assert first_size(simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules)) == close_to(
        9_995 / 100.5
    )


def test_all_in_leaves_room_for_a_least_fee(simulate: Simulate) -> None:
    rules = make_rules(fee=0.001, fee_minimum=50)
    assert first_size(simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules)) == close_to(99.5)


def test_all_in_with_impact_pays_for_its_own(simulate: Simulate) -> None:
    # q * 100 * (1 + 0.1 * sqrt(q / 8100)) = 10,000 at q = 90.08...: 81 units cost 100 * 1.01 each.
    # With cash of 8,181: q = 81, because 81 * 100 * (1 + 0.1 * 0.1) = 8,181.
    bars = bars_of([QUIET] * 2, [1, 8_100])
    run = simulate(bars, signals_of(2, long_entry=[0]), make_rules(cash=8_181, impact=0.1))
    assert first_size(run) == close_to(81)
    assert run.fills[0].price == close_to(101)


def test_share_of_equity_leaves_room_for_its_share_of_fees(simulate: Simulate) -> None:
    # 0.5 * 10,000 = q * 100 + 0.5 * 10: 4,995 / 100.
    rules = make_rules(sizing={"kind": "equity", "value": 0.5}, fee_per_order=10)
    assert first_size(simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules)) == close_to(49.95)


def test_risk_size_with_a_stop_of_a_column(simulate: Simulate) -> None:
    # 1 % of 10,000 over a distance of 4: 25.
    signals = signals_of(2, {"stop_long": [96, 1]}, long_entry=[0])
    rules = make_rules(sizing={"kind": "risk", "value": 0.01}, stop_loss={"unit": "column"})
    run = simulate(flat_bars(100, 100), signals, rules)
    assert first_size(run) == close_to(25)
    assert run.open_trades[0].risk == close_to(100)


def test_decision_size_of_a_resting_entry_is_at_the_close(simulate: Simulate) -> None:
    # 5,000 for the close of 100: 50 units, bought at 98.
    rules = make_rules(
        sizing={"kind": "cash", "value": 5_000}, size_on="decision", entry={"kind": "limit", "offset": 2}
    )
    run = simulate(make_bars([QUIET, (100, 100, 97, 100)]), signals_of(2, long_entry=[0]), rules)
    assert fills(run) == [(1, 50, 98, "entry", "inside")]
