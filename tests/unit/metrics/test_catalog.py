"""The catalogue says of every metric what it is, and the page of the documentation follows it."""

import re

from tests.simulations import closes, fill, simulation, trades
from tradewright.metrics.catalog import BY_ID, CATALOG
from tradewright.metrics.summarize import summarize

# engine.md 7.2 to 7.5, in its words.
PROMISED = """
    sharpe sortino cagr calmar omega volatility var_95 cvar_95 skew kurtosis tail_ratio alpha beta
    trades open_trades wins losses win_rate profit_factor expectancy expectancy_r payoff_ratio avg_win
    avg_loss best_trade worst_trade max_consecutive_wins max_consecutive_losses avg_bars_held sqn
    exposure turnover fees_paid slippage_paid initial_cash final_equity total_return max_drawdown
    max_drawdown_duration avg_drawdown ulcer_index recovery_factor k_ratio buy_and_hold_return esi pvs
"""


def test_catalogue_holds_every_promised_metric_once() -> None:
    ids = [metric.id for metric in CATALOG]
    assert len(set(ids)) == len(ids)
    assert set(ids) == {*re.findall(r"\w+", PROMISED), "esi_shuffled_median", "esi_band", "pvs_band"}
    assert list(BY_ID) == ids


def test_summary_has_the_keys_of_the_catalogue_in_its_order() -> None:
    run = simulation([101.0, 99.0, 103.0], closed=trades(*[5.0, -4.0] * 20), fills=[fill(1.0, 9.0)])
    assert list(summarize(run, closes([50.0, 51.0, 52.0]), fee=0.0)) == [metric.id for metric in CATALOG]


def test_catalogue_stays_in_groups_and_titles_are_distinct() -> None:
    groups = [metric.group for metric in CATALOG]
    assert sorted(range(len(groups)), key=lambda i: groups.index(groups[i])) == list(range(len(groups)))
    assert len({metric.title for metric in CATALOG}) == len(CATALOG)
