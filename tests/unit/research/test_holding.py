"""Buying and holding, and the metrics of runs with parts, events and currencies, by hand."""

import numpy as np
import pytest

from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals
from tradewright.metrics.summarize import Value, summarize
from tradewright.research.around.holding import held_path
from tradewright.research.around.world import EMPTY, World, world_of
from tradewright.research.surroundings import surroundings_of

CASH = 10_000.0


def held(bars: Bars, world: World = EMPTY, start: int = 0, **rules: object) -> list[float]:
    path = held_path(bars, start, make_rules(cash=CASH, **rules).model_dump(), world)
    assert path is not None
    return [pytest.approx(value, rel=1e-12, nan_ok=True) for value in path.tolist()]


def rates(*closes: float) -> Bars:
    """Return daily rates, each bar open at the close before it."""
    pairs = zip((closes[0], *closes), closes, strict=False)
    bars = make_bars([(before, max(before, now), min(before, now), now) for before, now in pairs])
    return Bars(bars.time, bars.columns, timeframe="1d", instrument="USD/EUR")


def test_holding_pays_one_fee() -> None:
    assert held(flat_bars(50, 100, 110), fee=0.01) == [1, 1 / 1.01, 1.1 / 1.01]
    assert held(flat_bars(10, 50, 100, 110), start=1, fee=0.01) == [1, 1 / 1.01, 1.1 / 1.01]
    assert held_path(flat_bars(100), 0, make_rules().model_dump(), EMPTY) is None


def test_holding_pays_what_an_order_and_its_units_cost() -> None:
    # 10,000 at 100 and 1 a unit, 100 an order: 9,900 / 101 units.
    units = 9_900 / 101
    assert held(flat_bars(50, 100, 110), fee_per_unit=1, fee_per_order=100)[1:] == [
        units / 100,
        units * 110 / CASH,
    ]
    # A minimum of 500 is more than these: 9,500 / 100 units.
    assert held(flat_bars(50, 100, 110), fee_per_unit=1, fee_minimum=500)[1:] == [0.95, 1.045]
    assert np.isnan(
        held_path(flat_bars(50, 100), 0, make_rules(fee_per_order=2 * CASH).model_dump(), EMPTY)
    ).all()


def test_holding_through_splits_and_dividends() -> None:
    world = world_of(
        payments={
            "splits": [("2020-01-02", 3), ("2020-01-04", 2)],
            "dividends": [("2020-01-02", 5), ("2020-01-03", 1), ("2020-01-04", 2)],
        }
    )
    # Bought at the second open, after its own split and dividend; then 1 a share, then 2 before the split.
    assert held(flat_bars(300, 100, 100, 50), world) == [1, 1, 1.01, (2 * 50 + 3) / 100]


def test_holding_in_another_currency_is_worth_what_the_rate_says() -> None:
    world = World(rates=rates(0.5, 1.0, 2.0))
    # Known at opens: 0.5, 0.5, 1; at closes: 0.5, 1, 2. Bought for 100 * 0.5; worth 100 * 1, then 110 * 2.
    assert held(flat_bars(100, 100, 110), world, currency="EUR") == [1, 2, 4.4]
    late = World(
        rates=Bars(rates(1).time + 2 * 86_400 * 10**9, rates(1).columns, timeframe="1d", instrument="USD/EUR")
    )
    assert held(flat_bars(100, 100, 100, 110, 121), late, currency="EUR") == [1, 1, 1, 1.1, 1.21]
    assert all(np.isnan(held_path(flat_bars(100, 100), 0, make_rules(currency="EUR").model_dump(), late)))


def measured(bars: Bars, signals: Signals, rules: Rules, world: World = EMPTY) -> dict[str, Value]:
    surroundings, _ = surroundings_of(bars, rules, world)
    simulation = simulate(bars, signals, rules, 0, surroundings)
    path = held_path(bars, 0, rules.model_dump(), world)
    return summarize(simulation, bars, fee=rules.fee, held=path)


def test_metrics_of_a_trade_that_leaves_in_parts() -> None:
    bars = flat_bars(100, 100, 110, 120, 120)
    take_profit = ({"value": 10, "share": 0.5}, {"value": 20, "share": 0.5})
    rules = make_rules(cash=CASH, sizing="quantity:10", fee=0.001, take_profit=take_profit)
    values = measured(bars, make_signals(5, long_entry=[0]), rules)
    # 10 at 100; 5 at 110 and 5 at 120: 1,000 in, 550 and 600 out.
    assert values["trades"] == 1
    assert values["fees_paid"] == pytest.approx(2.15)
    assert values["avg_win"] == pytest.approx((150 - 2.15) / 1_000)
    years = 5 / 365.25
    equity = [CASH, CASH - 1, CASH + 100 - 1.55, CASH + 150 - 2.15, CASH + 150 - 2.15]
    assert values["turnover"] == pytest.approx(2_150 / np.mean(equity) / years)
    assert values["exposure"] == pytest.approx(2 / 5)  # out at the fourth open


def test_metrics_of_a_position_that_was_added_to_and_paid_funding() -> None:
    bars = flat_bars(100, 100, 110, 120, 120)
    world = world_of(payments={"funding": [("2020-01-03", 0.01)]})
    rules = make_rules(cash=CASH, sizing="quantity:10", fee=0.001, pyramiding=1)
    signals = make_signals(5, long_entry=[0, 1], long_exit=[2])
    values = measured(bars, signals, rules, world)
    # 10 at 100, funding of 11 at 110, 10 more at 110, all out at 120.
    assert values["fees_paid"] == pytest.approx(1 + 1.1 + 2.4)
    assert values["final_equity"] == pytest.approx(CASH + 200 + 100 - 4.5 - 11)
    assert values["avg_win"] == pytest.approx((300 - 4.5 - 11) / 2_100)
    mean = np.mean([CASH, CASH - 1, CASH + 100 - 2.1 - 11, CASH + 284.5, CASH + 284.5])
    assert values["turnover"] == pytest.approx((1_000 + 1_100 + 2_400) / mean / (5 / 365.25))


def test_metrics_through_a_split_count_what_was_traded() -> None:
    bars = flat_bars(100, 100, 50, 50)
    world = world_of(payments={"splits": [("2020-01-03", 2)]})
    rules = make_rules(cash=CASH, sizing="quantity:10")
    values = measured(bars, make_signals(4, long_entry=[0], long_exit=[2]), rules, world)
    assert values["turnover"] == pytest.approx(2_000 / CASH / (4 / 365.25))
    assert values["final_equity"] == CASH
    assert values["buy_and_hold_return"] == 0
    assert (values["wins"], values["losses"]) == (0, 0)
    assert values["trades"] == 1


def test_metrics_in_another_currency() -> None:
    bars = flat_bars(100, 100, 100, 100)
    world = World(rates=rates(0.5, 0.5, 0.5, 1.0))
    rules = make_rules(cash=CASH, sizing="quantity:10", currency="EUR", fee=0.01)
    values = measured(bars, make_signals(4, long_entry=[0], long_exit=[2]), rules, world)
    # 10 at 100 dollars are 500 euros each way: the rate of 1 comes with the last close.
    assert values["fees_paid"] == pytest.approx(10)
    assert values["turnover"] == pytest.approx(
        1_000 / np.mean([CASH, CASH - 5, CASH - 5, CASH - 10]) / (4 / 365.25)
    )
    assert values["avg_loss"] == pytest.approx(-10 / 500)
    assert values["buy_and_hold_return"] == pytest.approx(2 / 1.01 - 1)
