"""What trades and fills say, on a handful worked out by hand (engine.md 7.3, 5.5)."""

import math

import numpy as np
import pytest

from tests.simulations import closes, fill, simulation, trade, trades
from tradewright.engine.types import EVENT, Simulation
from tradewright.metrics.summarize import Value, summarize
from tradewright.metrics.trade_stats import activity


def measure(run: Simulation, count: int = 0) -> dict[str, Value]:
    return summarize(run, closes([50.0] * len(run.equity)), fee=0.0)


def of_trades(*profits: float) -> dict[str, Value]:
    return measure(simulation([100.0] * 4, closed=trades(*profits)))


def test_trade_numbers_of_a_small_record() -> None:
    # Of 1,000 notional each: +50, -20, +30, 0, -40. Sum 20; wins 80, losses 60.
    values = of_trades(50.0, -20.0, 30.0, 0.0, -40.0)
    assert (values["trades"], values["wins"], values["losses"]) == (5, 2, 2)
    assert values["win_rate"] == pytest.approx(0.4)
    assert values["profit_factor"] == pytest.approx(80 / 60)
    assert values["expectancy"] == pytest.approx(0.004)
    assert values["avg_win"] == pytest.approx(0.04)
    assert values["avg_loss"] == pytest.approx(-0.03)
    assert values["payoff_ratio"] == pytest.approx(4 / 3)
    assert values["best_trade"] == pytest.approx(0.05)
    assert values["worst_trade"] == pytest.approx(-0.04)


def test_sqn_is_the_t_statistic_of_profit() -> None:
    # Profits 10, 20, 30: mean 20, deviation 10, sqrt(3) * 2.
    assert of_trades(10.0, 20.0, 30.0)["sqn"] == pytest.approx(2 * math.sqrt(3), rel=1e-12)


@pytest.mark.parametrize("profits", [(), (10.0,), (10.0, 10.0, 10.0), (0.1, 0.1, 0.1, 0.1, 0.1, 0.1)])
def test_sqn_without_variation_is_undefined(profits: tuple[float, ...]) -> None:
    assert of_trades(*profits)["sqn"] is None


def test_a_trade_within_rounding_of_nothing_is_neither_won_nor_lost() -> None:
    # 1e-11 of 1,000 is 1e-8.
    values = of_trades(0.9e-8, -0.9e-8, 1.1e-8, -1.1e-8)
    assert (values["wins"], values["losses"], values["win_rate"]) == (1, 1, 0.25)


def test_streaks_are_broken_by_a_trade_that_is_neither() -> None:
    values = of_trades(1.0, 1.0, 0.0, 1.0, -1.0, -1.0, -1.0, 0.0, -1.0)
    assert (values["max_consecutive_wins"], values["max_consecutive_losses"]) == (2, 3)


def test_streaks_reach_the_first_and_the_last_trade() -> None:
    values = of_trades(1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0)
    assert (values["max_consecutive_wins"], values["max_consecutive_losses"]) == (3, 2)


def test_a_record_without_losses_has_no_profit_factor_or_payoff() -> None:
    values = of_trades(10.0, 20.0)
    assert (values["profit_factor"], values["payoff_ratio"], values["avg_loss"]) == (None, None, None)
    assert (values["win_rate"], values["avg_win"]) == (1.0, pytest.approx(0.015))


def test_a_record_without_wins_has_a_profit_factor_of_nothing() -> None:
    values = of_trades(-10.0, -20.0)
    assert (values["profit_factor"], values["payoff_ratio"], values["avg_win"]) == (0.0, None, None)


def test_no_trades_leave_counts_at_zero_and_the_rest_undefined() -> None:
    values = measure(simulation([100.0] * 40, fills=[]))
    counts = ("trades", "open_trades", "wins", "losses", "max_consecutive_wins", "max_consecutive_losses")
    assert [values[name] for name in counts] == [0] * 6
    undefined = (
        "win_rate",
        "profit_factor",
        "expectancy",
        "expectancy_r",
        "payoff_ratio",
        "avg_win",
        "avg_loss",
    )
    more = ("best_trade", "worst_trade", "avg_bars_held", "sqn", "esi", "esi_band", "pvs", "pvs_band")
    assert {name: values[name] for name in undefined + more} == dict.fromkeys(undefined + more)
    assert (values["fees_paid"], values["slippage_paid"], values["turnover"], values["exposure"]) == (
        0.0,
    ) * 4


def test_expectancy_in_r_leaves_out_trades_without_a_stop() -> None:
    # 60 at 30 risked is 2 R, -30 at 30 is -1 R; the third had no stop.
    rows = [trade(60.0, risk=30.0), trade(-30.0, risk=30.0), trade(500.0)]
    assert measure(simulation([100.0] * 4, closed=rows))["expectancy_r"] == pytest.approx(0.5)


def test_average_holding_is_in_bars() -> None:
    rows = [trade(1.0, bars_held=0), trade(1.0, bars_held=5)]
    assert measure(simulation([100.0] * 4, closed=rows))["avg_bars_held"] == 2.5


def test_open_trades_are_counted_and_nothing_else() -> None:
    values = measure(simulation([100.0] * 4, closed=trades(10.0), still_open=[trade(-500.0)]))
    assert (values["trades"], values["open_trades"], values["losses"]) == (1, 1, 0)


def test_activity_counts_every_fill() -> None:
    # Bought 3 at 10 in units of 5, sold 2 at 20 in units of 4 (the rate fell): 310; mean equity 250, 4 days.
    fills = [fill(3.0, 10.0, fee=0.3, slippage=0.02, unit=5.0), fill(-2.0, 20.0, 0.4, 0.03, unit=4.0)]
    run = simulation([100.0, 200.0, 300.0, 400.0], fills=fills, bars_held=3)
    values = measure(run)
    assert values["turnover"] == pytest.approx(310 / 250 / (4 / 365.25), rel=1e-12)
    assert values["exposure"] == 0.75
    assert values["fees_paid"] == pytest.approx(0.7)
    assert values["slippage_paid"] == pytest.approx(0.05)


def test_activity_leaves_account_events_out() -> None:
    """A split of 2:1 and funding, as the engine writes them, are neither traded nor paid for."""
    split, funding = fill(3.0, 0.0), fill(0.0, 10.0)
    split["kind"] = funding["kind"] = EVENT
    funding["flow"] = -0.1
    bought = fill(3.0, 10.0, fee=0.3)
    with_events = simulation([100.0, 200.0], fills=[bought, split, funding])
    assert activity(with_events, 150.0, 1.0) == activity(
        simulation([100.0, 200.0], fills=[bought]), 150.0, 1.0
    )


def test_turnover_of_an_account_in_debt_is_undefined() -> None:
    assert measure(simulation([50.0, -100.0, -100.0]))["turnover"] is None


def test_trade_numbers_do_not_depend_on_how_records_lie_in_memory() -> None:
    wide = np.repeat(trades(50.0, -20.0, 30.0), 2)
    dense = simulation([100.0] * 4, closed=trades(50.0, -20.0, 30.0))
    sparse = simulation([100.0] * 4)
    sparse = Simulation(0, 100.0, 1.0, sparse.equity, sparse.fills, wide[::2], wide[:0], 0)
    assert measure(sparse) == measure(dense)
