"""Portfolios worked out by hand, rule by rule (docs/concepts/portfolio.md)."""

import numpy as np
import pytest

from tests.factories import flat_bars, make_bars, make_rules
from tests.unit.engine.test_portfolio_panel import without
from tradewright.core.errors import InputError
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import PortfolioLimits, RankedSignals, TargetWeights
from tradewright.engine.portfolio.simulate import simulate_panel
from tradewright.engine.types import REASONS

NAN = np.nan


def run(panel, decisions, limits=None, **rules):
    """Run weights by row, ``{row: [weight, ...]}``, or signals."""
    if isinstance(decisions, dict):
        rows = np.array(list(decisions), np.int64)
        decisions = TargetWeights(rows, np.array(list(decisions.values()), np.float64))
    own = {"cash": 1_000.0, **rules}
    return simulate_panel(panel, decisions, make_rules(**own), limits)


def fills(result):
    return [
        (int(f["bar"]), int(f["instrument"]), round(float(f["quantity"]), 9), float(f["price"]))
        for f in result.fills
    ]


def test_weights_decided_at_a_close_fill_at_the_next_open():
    panel = Panel.of({"A": flat_bars(10, 10, 20), "B": flat_bars(5, 5, 5)})
    result = run(panel, {0: [0.5, 0.5]})
    assert fills(result) == [(1, 0, 50.0, 10.0), (1, 1, 100.0, 5.0)]
    assert result.equity.tolist() == [1_000, 1_000, 1_500]


def test_sales_pay_for_purchases_of_the_same_open():
    panel = Panel.of({"A": flat_bars(10, 10, 20, 20), "B": flat_bars(5, 5, 5, 5)})
    result = run(panel, {0: [1.0, 0.0], 2: [0.0, 1.0]})
    assert fills(result) == [(1, 0, 100.0, 10.0), (3, 0, -100.0, 20.0), (3, 1, 400.0, 5.0)]
    assert [REASONS[f["reason"]] for f in result.fills] == ["entry", "rebalance", "entry"]


def test_purchases_are_cut_pro_rata_to_the_cash_that_is_there():
    # With a fee of 25 % both cost 625 of the 1,000 there are: each gets 500, which buys 400 worth.
    panel = Panel.of({"A": flat_bars(10, 10), "B": flat_bars(5, 5)})
    result = run(panel, {0: [0.5, 0.5]}, fee=0.25)
    assert fills(result) == [(1, 0, 40.0, 10.0), (1, 1, 80.0, 5.0)]
    assert result.equity[-1] == 800
    assert result.counters["scaled"] == 1


def test_unknown_weight_leaves_a_symbol_alone_and_zero_closes_it():
    panel = Panel.of({"A": flat_bars(10, 10, 20, 20), "B": flat_bars(10, 10, 10, 10)})
    result = run(panel, {0: [0.5, 0.5], 2: [NAN, 0.0]})
    assert fills(result)[2:] == [(3, 1, -50.0, 10.0)]


def test_order_of_a_stale_symbol_waits_for_its_next_bar():
    b = without(flat_bars(10, 10, 12, 14), 1)
    result = run(Panel.of({"A": flat_bars(1, 1, 1, 1), "B": b}), {0: [0.0, 1.0]})
    assert fills(result) == [(2, 1, round(1_000 / 12, 9), 12.0)]
    assert result.counters["waited"] == 1


def test_stale_symbol_is_marked_at_its_last_close():
    b = without(flat_bars(10, 10, 12, 14), 2)
    result = run(Panel.of({"A": flat_bars(1, 1, 1, 1), "B": b}), {0: [0.0, 1.0]})
    assert result.equity.tolist() == [1_000, 1_000, 1_000, 1_400]
    assert result.counters["stale_marks"] == 1


def test_zero_for_what_is_not_held_is_no_order():
    b = without(flat_bars(10, 10, 10), 1)
    result = run(Panel.of({"A": flat_bars(1, 1, 1), "B": b}), {0: [0.0, 0.0]})
    assert result.counters["waited"] == 0
    assert not result.fills.size


def test_change_under_min_trade_is_left_but_a_close_never_is():
    panel = Panel.of({"A": flat_bars(10, 10, 11, 11, 11, 11)})
    limits = PortfolioLimits(min_trade=0.06)
    result = run(panel, {0: [0.5], 2: [0.5], 3: [0.05], 4: [0.0]}, limits)
    # At row 3 the position is 550 of 1,050: 2.5 % too much.
    assert [(bar, quantity) for bar, _, quantity, _ in fills(result)] == [
        (1, 50.0),
        (4, -45.227272727),
        (5, -4.772727273),
    ]
    assert result.counters["small_change"] == 1


def test_weights_beyond_the_limits_are_cut():
    panel = Panel.of({"A": flat_bars(10, 10), "B": flat_bars(10, 10)})
    result = run(panel, {0: [0.9, 0.3]}, PortfolioLimits(max_weight=0.5, max_exposure=0.4))
    # 0.5 and 0.3 are halved.
    assert fills(result) == [(1, 0, 25.0, 10.0), (1, 1, 15.0, 10.0)]
    assert (result.counters["capped_weight"], result.counters["capped_exposure"]) == (1, 1)


@pytest.mark.parametrize(
    ("weights", "limits", "rules", "counted"),
    [
        ([1.5, 1.5], None, {}, 1),
        ([0.5, 0.5], None, {}, 0),
        ([0.7, 0.3 + 1e-13], None, {}, 0),  # equal by the tie rule (2.2)
        ([1.5, 1.5], None, {"leverage": 3.0}, 0),
        ([0.8, -0.8], None, {"direction": "both"}, 1),
        ([0.8, -0.8], None, {}, 0),  # the side that direction excludes is not asked for
        ([1.5, NAN], None, {}, 1),
        ([1.5, 1.5], PortfolioLimits(max_weight=0.5), {}, 0),
        ([1.5, 1.5], PortfolioLimits(max_exposure=1.0), {}, 0),
        ([1.5, 1.5], PortfolioLimits(max_exposure=2.0), {}, 1),
    ],
)
def test_weights_that_sum_to_more_than_leverage_are_counted(weights, limits, rules, counted):
    panel = Panel.of({"A": flat_bars(10, 10), "B": flat_bars(10, 10)})
    assert run(panel, {0: weights}, limits, **rules).counters["over_weight"] == counted


def test_exposure_of_what_is_left_alone_counts():
    panel = Panel.of({"A": flat_bars(10, 10, 10, 10), "B": flat_bars(10, 10, 10, 10)})
    result = run(panel, {0: [0.3, 0.0], 2: [NAN, 0.5]}, PortfolioLimits(max_exposure=0.5))
    assert fills(result)[1][:3] == (3, 1, 20.0)


def test_side_that_direction_excludes_is_closed():
    panel = Panel.of({"A": flat_bars(10, 10, 10, 10)})
    result = run(panel, {0: [1.0], 2: [-1.0]})
    assert [quantity for _, _, quantity, _ in fills(result)] == [100.0, -100.0]
    assert result.counters["excluded_side"] == 1


def test_short_proceeds_are_no_buying_power():
    panel = Panel.of({"A": flat_bars(10, 10), "B": flat_bars(10, 10)})
    result = run(panel, {0: [-1.0, 1.0]}, direction="both")
    assert fills(result) == [(1, 0, -50.0, 10.0), (1, 1, 50.0, 10.0)]


def test_reversal_closes_and_opens_at_one_open():
    panel = Panel.of({"A": flat_bars(10, 10, 10, 10)})
    result = run(panel, {0: [0.5], 2: [-0.5]}, direction="both")
    assert fills(result)[1:] == [(3, 0, -50.0, 10.0), (3, 0, -50.0, 10.0)]
    assert result.trades.size == 1


def test_changes_are_floored_to_lots_and_left_under_the_minimum():
    a = flat_bars(30, 30, 30, 30, lot=5.0, minimum_notional=200.0)
    result = run(Panel.of({"A": a}), {0: [0.5], 2: [0.3]})
    # 16.67 units become 15; 10 would be left of them, and the 5 to sell are worth 150.
    assert fills(result) == [(1, 0, 15.0, 30.0)]
    assert result.counters["below_minimum"] == 1


def two_that_fall_to(low, other):
    """Return two symbols bought at 10 that fall to these lows within the bar."""
    series = {
        name: make_bars([(10, 10, 10, 10), (10, 10, least, least + 1), (10, 10, 10, 10)])
        for name, least in (("A", low), ("B", other))
    }
    return Panel.of(series)


def test_account_whose_margin_lasts_to_all_lows_is_left():
    # 150 of each: 4 and 2 a unit lost are 900 of the 1,000 there are.
    result = run(two_that_fall_to(6, 8), {0: [3.0, 3.0]}, leverage=3.0)
    assert not (result.fills["reason"] == REASONS.index("liquidation")).any()


def test_account_is_liquidated_where_all_prices_on_their_way_take_the_margin():
    # 6 and 2 a unit lost would be 1,200: the 1,000 are gone after five sixths of the way.
    result = run(two_that_fall_to(4, 8), {0: [3.0, 3.0]}, leverage=3.0)
    closing = result.fills[result.fills["reason"] == REASONS.index("liquidation")]
    np.testing.assert_allclose(closing["price"], [10 - 6 * 5 / 6, 10 - 2 * 5 / 6])
    np.testing.assert_allclose(result.equity, [1_000, 0, 0], atol=1e-9)


def test_gap_liquidates_at_the_open_and_cancels_orders():
    panel = Panel.of({"A": flat_bars(10, 10, 30, 30)})
    result = run(panel, {0: [-1.0], 1: [-0.5]}, direction="both")
    assert fills(result) == [(1, 0, -100.0, 10.0), (2, 0, 100.0, 30.0)]
    assert result.equity.tolist() == [1_000, 1_000, -1_000, -1_000]


def test_borrow_is_paid_by_shorts_and_by_negative_cash():
    panel = Panel.of({"A": flat_bars(10, 10, 10)})
    result = run(panel, {0: [2.0]}, leverage=2.0, borrow_rate=0.365)
    assert result.fills[1]["flow"] == pytest.approx(-1.0)  # 0.1 % a day on 1,000
    assert result.equity[-1] == pytest.approx(999.0)


def ranked(**tables):
    return RankedSignals(**{name: np.array(table) for name, table in tables.items()})


def test_free_slots_go_to_the_best_and_ties_to_the_first():
    panel = Panel.of({name: flat_bars(10, 10, 10) for name in "ABCD"})
    entry = np.zeros((3, 4), bool)
    entry[0] = True
    signals = ranked(long_entry=entry, score=[[1.0, 2.0, 2.0, NAN]] * 3)
    result = run(panel, signals, PortfolioLimits(max_positions=1))
    assert fills(result) == [(1, 1, 100.0, 10.0)]
    assert result.counters["no_slot"] == 2


def test_ranked_weights_that_sum_to_more_than_leverage_are_counted():
    panel = Panel.of({"A": flat_bars(10, 10, 10), "B": flat_bars(10, 10, 10)})
    entry = np.array([[True, True], [False, False], [False, False]])
    for weight, counted in ((0.6, 1), (0.5, 0)):
        result = run(panel, ranked(long_entry=entry, weight=np.full((3, 2), weight)))
        assert result.counters["over_weight"] == counted


def test_exit_frees_a_slot_for_the_same_close():
    panel = Panel.of({name: flat_bars(10, 10, 10, 10) for name in "AB"})
    entry, leave = np.zeros((4, 2), bool), np.zeros((4, 2), bool)
    entry[0, 0] = entry[2, 1] = leave[2, 0] = True
    result = run(panel, ranked(long_entry=entry, long_exit=leave), PortfolioLimits(max_positions=1))
    assert [(bar, symbol) for bar, symbol, _, _ in fills(result)] == [(1, 0), (3, 0), (3, 1)]
    assert [REASONS[f["reason"]] for f in result.fills] == ["entry", "signal", "entry"]


def test_both_entries_at_once_are_counted_and_neither_is_taken():
    panel = Panel.of({"A": flat_bars(10, 10, 10)})
    true = np.ones((3, 1), bool)
    result = run(panel, ranked(long_entry=true, short_entry=true), direction="both")
    assert not result.fills.size
    assert result.counters["conflicting_entries"] == 3


def test_orders_of_the_last_row_are_cancelled():
    result = run(Panel.of({"A": flat_bars(10, 10)}), {1: [1.0]})
    assert result.counters["cancelled_at_end"] == 1


def test_close_at_end_leaves_only_what_has_no_bar():
    panel = Panel.of({"A": flat_bars(10, 10, 12), "B": without(flat_bars(10, 10, 12), 2)})
    result = run(panel, {0: [0.5, 0.5]}, close_at_end=True)
    assert result.trades["instrument"].tolist() == [0]
    assert result.open_trades["instrument"].tolist() == [1]


@pytest.mark.parametrize(
    "rule", [{"stop_loss": 2}, {"fill_on": "close"}, {"pyramiding": 1}, {"sizing": "cash:10"}]
)
def test_rules_that_portfolios_lack_are_refused(rule):
    with pytest.raises(InputError, match="E_PORTFOLIO_RULE"):
        run(Panel.of({"A": flat_bars(10, 10)}), {0: [1.0]}, **rule)


@pytest.mark.parametrize(
    "decisions",
    [
        TargetWeights(np.array([0]), np.array([[1.0, 1.0]])),
        TargetWeights(np.array([0]), np.array([[np.inf]])),
        TargetWeights(np.array([1, 0]), np.array([[1.0], [1.0]])),
        TargetWeights(np.array([9]), np.array([[1.0]])),
    ],
)
def test_weights_that_do_not_fit_are_refused(decisions):
    with pytest.raises(InputError, match="E_WEIGHTS"):
        simulate_panel(Panel.of({"A": flat_bars(10, 10)}), decisions, make_rules())
