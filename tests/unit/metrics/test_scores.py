"""K-ratio, Edge Stability Index and Prop Verification Score (engine.md 7.4, 7.5)."""

import math
import statistics

import numpy as np
import pytest

from tests.simulations import closes, simulation, trades
from tradewright.metrics.scores import edge_stability, prop_verification
from tradewright.metrics.summarize import summarize


def k_ratio(equity: list[float]) -> object:
    return summarize(simulation(equity), closes([50.0] * len(equity)), fee=0.0)["k_ratio"]


def test_k_ratio_of_four_points_is_slope_over_error_and_root_n() -> None:
    # Logs over 100 are 0, 1, 1, 2 at x = 0..3. The line 0.1 + 0.6 x leaves -0.1, 0.3, -0.3,
    # 0.1, squares 0.2. Scatter sqrt(0.2 / 2); the squares of x about its mean are 5; n is 4.
    error = math.sqrt(0.1) / math.sqrt(5)
    expected = 0.6 / (error * 2) * math.sqrt(365.25)
    assert k_ratio([100 * math.e, 100 * math.e, 100 * math.e**2]) == pytest.approx(expected, rel=1e-12)


def test_k_ratio_of_a_falling_account_is_negative() -> None:
    value = k_ratio([90.0, 89.0, 75.0])
    assert isinstance(value, float)
    assert value < 0


@pytest.mark.parametrize("equity", [[110.0], [110.0, 0.0, 0.0], [110.0, -5.0, -5.0], [100.0] * 9])
def test_k_ratio_without_a_line_to_fit_is_undefined(equity: list[float]) -> None:
    assert k_ratio(equity) is None


def outcomes(*wins: int, size: int) -> np.ndarray:
    """One chunk after the other: so many wins, the rest losses."""
    return np.concatenate([np.arange(size) < count for count in wins])


def test_esi_of_unequal_chunks_is_one_minus_relative_deviation() -> None:
    # Win rates 2/4, 3/4, 2/4, 1/4: mean 0.5, deviation sqrt((0.25^2 * 2) / 3).
    expected = 1 - math.sqrt(0.125 / 3) / 0.5
    score = edge_stability(outcomes(2, 3, 2, 1, size=4))
    assert score["esi"] == pytest.approx(expected, rel=1e-12)
    assert score["esi_band"] == "moderate"


def test_esi_drops_the_oldest_trades_that_fill_no_chunk() -> None:
    kept = outcomes(2, 3, 2, 1, size=4)
    for extra in ([True], [True, True], [False, True, True]):
        assert edge_stability(np.concatenate((extra, kept)))["esi"] == edge_stability(kept)["esi"]


def test_esi_of_equal_chunks_is_one() -> None:
    score = edge_stability(outcomes(3, 3, 3, 3, size=5))
    assert (score["esi"], score["esi_band"]) == (1.0, "stable")


def test_esi_of_a_single_good_quarter_is_clamped_to_zero() -> None:
    # Rates 1, 0, 0, 0: deviation 0.5, mean 0.25, 1 - 2 < 0.
    score = edge_stability(outcomes(5, 0, 0, 0, size=5))
    assert (score["esi"], score["esi_band"]) == (0.0, "unstable")


@pytest.mark.parametrize("won", [np.ones(15, bool), np.zeros(40, bool), np.arange(18) < 2, np.zeros(0, bool)])
def test_esi_of_too_few_trades_or_of_no_wins_is_undefined(won: np.ndarray) -> None:
    assert edge_stability(won) == {"esi": None, "esi_shuffled_median": None, "esi_band": None}


def test_esi_counts_from_sixteen_trades() -> None:
    assert edge_stability(np.ones(16, bool))["esi"] == 1.0


@pytest.mark.parametrize(
    ("wins", "band"), [((10, 10, 10, 10), "stable"), ((10, 8, 4, 6), "moderate"), ((9, 1, 1, 9), "unstable")]
)
def test_esi_band_names_the_score(wins: tuple[int, ...], band: str) -> None:
    assert edge_stability(outcomes(*wins, size=10))["esi_band"] == band


@pytest.mark.parametrize(("count", "wins"), [(18, 7), (43, 30), (200, 90), (1_003, 350)])
def test_esi_median_under_shuffling_agrees_with_shuffling(count: int, wins: int) -> None:
    won = [i < wins for i in range(count)]
    dice = np.random.default_rng(1)
    size, found = count // 4, []
    for _ in range(1_000):
        kept = dice.permutation(won)[count % 4 :].tolist()
        rates = [sum(kept[i : i + size]) / size for i in range(0, 4 * size, size)]
        if any(rates):
            found.append(max(0.0, 1 - statistics.stdev(rates) / statistics.fmean(rates)))
    # Two medians of 499 and 1,000 draws: five standard errors of their difference, and the grid of 18 trades.
    error = 1.2533 * statistics.stdev(found) * math.sqrt(1 / 499 + 1 / 1_000)
    shuffled = edge_stability(np.array(won))["esi_shuffled_median"]
    assert shuffled == pytest.approx(statistics.median(found), abs=5 * error)


def test_esi_median_depends_on_the_counts_alone() -> None:
    front, spread = outcomes(10, 10, 0, 0, size=10), outcomes(5, 5, 5, 5, size=10)
    assert edge_stability(front)["esi_shuffled_median"] == edge_stability(spread)["esi_shuffled_median"]
    assert edge_stability(front) == edge_stability(front)


def record(**changes: float | None) -> dict[str, float | int | None]:
    base = {"trades": 100, "win_rate": 0.5, "profit_factor": 1.5, "max_drawdown": -0.1, "total_return": 0.2}
    return {**base, **changes}


def test_pvs_of_a_record_that_meets_every_mark_is_one() -> None:
    assert prop_verification(record()) == {"pvs": pytest.approx(1.0), "pvs_band": "ready"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"win_rate": 0.25}, 0.85),  # half of 0.30
        ({"profit_factor": 0.75}, 0.85),
        ({"max_drawdown": -0.4}, 0.85),  # a quarter of 0.20
        ({"trades": 40}, 0.88),
        ({"win_rate": 0.9, "profit_factor": 9.0, "max_drawdown": -0.01, "trades": 900}, 1.0),
        ({"profit_factor": None, "max_drawdown": 0.0}, 1.0),  # no losses, no drawdown: full marks
    ],
)
def test_pvs_weighs_each_mark(changes: dict[str, float | None], expected: float) -> None:
    assert prop_verification(record(**changes))["pvs"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "band"),
    [
        ({"trades": 29}, "insufficient"),
        ({"trades": 30}, "ready"),  # 0.86
        ({"profit_factor": 1.0}, "not ready"),
        ({"total_return": 0.0}, "not ready"),
        ({"total_return": -0.1, "profit_factor": 3.0}, "not ready"),
        ({"win_rate": 0.1, "profit_factor": 1.1, "trades": 100}, "close"),  # 0.06 + 0.22 + 0.4 = 0.68
        ({"win_rate": 1 / 6, "profit_factor": 1.5}, "ready"),  # 0.1 + 0.3 + 0.4: 0.8 but for rounding
        ({"win_rate": 0.1, "profit_factor": 1.1, "max_drawdown": -0.4}, "not ready"),  # 0.53
    ],
)
def test_pvs_band_asks_for_trades_and_profit_before_the_score(
    changes: dict[str, float | None], band: str
) -> None:
    assert prop_verification(record(**changes))["pvs_band"] == band


def test_pvs_without_trades_is_undefined() -> None:
    assert prop_verification(record(trades=0, win_rate=None)) == {"pvs": None, "pvs_band": None}


def test_scores_read_the_closed_trades_in_order() -> None:
    # The newest sixteen of seventeen: win rates 2/4, 3/4, 2/4, 1/4 as above.
    profits = [9.0, *(9.0 if won else -9.0 for won in outcomes(2, 3, 2, 1, size=4))]
    values = summarize(simulation([100.0] * 3, closed=trades(*profits)), closes([50.0] * 3), fee=0.0)
    assert values["esi"] == pytest.approx(1 - math.sqrt(0.125 / 3) / 0.5, rel=1e-12)
    # Nine wins of 17, profit factor 9/8, no drawdown.
    assert values["pvs"] == pytest.approx(0.30 + 0.30 * (9 / 8) / 1.5 + 0.20 + 0.20 * 0.17, rel=1e-12)
    assert values["pvs_band"] == "insufficient"
