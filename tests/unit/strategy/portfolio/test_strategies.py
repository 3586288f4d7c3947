"""The built-in portfolio strategies, and a user's own: what they decide, and from what."""

import numpy as np
import pytest

from tests.factories import flat_bars, make_bars, real_bars, walk_rows
from tests.unit.engine.test_portfolio_panel import without
from tradewright.core.errors import InputError, ParameterError, StrategyCodeError, UnknownNameError
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import RankedSignals
from tradewright.strategy.portfolio.built_in import built_in, portfolio_card, portfolio_ids
from tradewright.strategy.portfolio.momentum_rotation import chosen
from tradewright.strategy.portfolio.pairs_spread import spread_of
from tradewright.strategy.portfolio.strategy import PortfolioStrategy, PreparedPortfolio
from tradewright.strategy.python_strategy import StrategyParams

SMALL = {
    "equal_weight": {"rebalance": "week_start"},
    "momentum_rotation": {"lookback": 40, "skip": 5, "top": 1, "rebalance": "week_end"},
    "pairs_spread": {"lookback": 30, "entry": 1.0},
}


@pytest.fixture(scope="module")
def real():
    first, second = real_bars("GOOG").slice(0, 700), real_bars("IBM").slice(1100, 2000)
    return Panel.of({"GOOG": first, "IBM": second})


@pytest.mark.parametrize("name", portfolio_ids())
def test_built_in_on_a_prefix_decides_what_it_decides_on_all_rows(name, real):
    prepared = PreparedPortfolio(built_in(name), SMALL[name])
    whole = prepared.decide(real, 0)
    assert np.nanmax(np.abs(whole.weights)) > 0
    for count in (1, 2, 31, 60, 200, 555, len(real) - 1):
        part = prepared.decide(real.until(count), 0)
        np.testing.assert_array_equal(part.rows, whole.rows[whole.rows < count])
        np.testing.assert_array_equal(part.weights, whole.weights[: part.rows.size])


def equal_weights(*series):
    panel = Panel.of(dict(zip("ABC", series, strict=False)))
    return PreparedPortfolio(built_in("equal_weight"), {"rebalance": "bar"}).decide(panel, 0).weights


def test_equal_weight_keeps_the_share_of_what_it_holds_through_a_hole_and_after_its_end():
    found = equal_weights(flat_bars(1, 1, 1, 1), without(flat_bars(1, 1, 1, 1), 1, 3))
    np.testing.assert_array_equal(found, [[0.5, 0.5], [0.5, np.nan], [0.5, 0.5], [0.5, np.nan]])


def test_equal_weight_leaves_nothing_for_what_has_not_begun():
    found = equal_weights(flat_bars(1, 1, 1), without(flat_bars(1, 1, 1), 0, 1))
    np.testing.assert_array_equal(found, [[1.0, np.nan], [1.0, np.nan], [0.5, 0.5]])


def test_equal_weight_leaves_nothing_for_what_ended_before_the_first_decision():
    panel = Panel.of({"A": flat_bars(1, 1, 1), "B": without(flat_bars(1, 1, 1), 1, 2)})
    found = PreparedPortfolio(built_in("equal_weight"), {"rebalance": "bar"}).decide(panel, 1)
    np.testing.assert_array_equal(found.weights, [[1.0, np.nan], [1.0, np.nan]])


def test_momentum_holds_those_that_rose_most_and_only_risers():
    panel = Panel.of({"A": flat_bars(10, 10, 11), "B": flat_bars(10, 10, 13), "C": flat_bars(10, 10, 9)})
    params = {"lookback": 1, "skip": 0, "top": 3, "rebalance": "bar"}
    found = PreparedPortfolio(built_in("momentum_rotation"), params).decide(panel, 0)
    np.testing.assert_allclose(found.weights, [[0, 0, 0], [0, 0, 0], [1 / 3, 1 / 3, 0]])
    best = PreparedPortfolio(built_in("momentum_rotation"), params | {"top": 1}).decide(panel, 0)
    assert best.weights[2].tolist() == [0, 1, 0]


def test_momentum_leaves_the_latest_rows_out():
    panel = Panel.of({"A": flat_bars(10, 12, 1), "B": flat_bars(10, 11, 99)})
    params = {"lookback": 1, "skip": 1, "top": 1, "rebalance": "bar"}
    found = PreparedPortfolio(built_in("momentum_rotation"), params).decide(panel, 0)
    assert found.weights[2].tolist() == [1, 0]


def test_equal_scores_go_to_the_first_symbol():
    score = np.array([[0.1, 0.1 + 1e-14, np.nan, 0.1], [np.nan] * 4])
    assert chosen(score, 2).tolist() == [[1, 1, 0, 0], [0, 0, 0, 0]]
    assert chosen(score, 9).tolist() == [[1, 1, 0, 1], [0, 0, 0, 0]]


def test_spread_agrees_with_least_squares_by_numpy(real):
    spread = spread_of(real, 30)
    both = np.flatnonzero(real.fresh().all(axis=1))
    logs = np.log(real.closes(both))
    for end in (30, 77, both.size):
        y, x = logs[end - 30 : end].T
        slope, level = np.polyfit(x, y, 1)
        residual = y - slope * x - level
        z = residual[-1] / np.sqrt((residual**2).sum() / 28)
        np.testing.assert_allclose(spread.hedge[both[end - 1]], slope, rtol=1e-8)
        np.testing.assert_allclose(spread.z[both[end - 1]], z, rtol=1e-7)
    assert np.isnan(spread.z[both[28]])


def test_pair_is_entered_against_its_spread_and_left_when_it_closes(real):
    params = {"lookback": 30, "entry": 1.5, "exit": 0.5}
    found = PreparedPortfolio(built_in("pairs_spread"), params).decide(real, 0)
    spread, side = spread_of(real, 30), 0
    changes = np.flatnonzero(~np.isnan(found.weights[:, 0]))
    assert changes.size > 4
    for row in changes:
        first, second = found.weights[row]
        z, hedge = spread.z[row], spread.hedge[row]
        if side == 0:
            assert abs(z) >= 1.5
            assert np.sign(first) == -np.sign(z)
            np.testing.assert_allclose([abs(first) + abs(second), -second / first], [1.0, hedge])
        else:
            assert (first, second) == (0, 0)
            assert abs(z) <= 0.5 or np.sign(z) == side
        side = np.sign(first)


def test_pair_needs_two_symbols():
    with pytest.raises(InputError, match=r"E_PANEL_PAIR.*has 1"):
        PreparedPortfolio(built_in("pairs_spread")).decide(Panel.of({"A": flat_bars(1, 2)}), 0)


class Momentum(PortfolioStrategy):
    rebalance = "bar"

    class Params(StrategyParams):
        ahead: int = 0
        infinite: bool = False

    def weights(self, panel, rows, p):
        closes = panel.closes()
        later = closes[np.minimum(rows + p.ahead, len(panel) - 1)]
        found = (later > closes[rows - 1]) / len(panel.symbols)
        return found / 0.0 if p.infinite else found


class Ranked(PortfolioStrategy):
    class Params(StrategyParams):
        whole: bool = False

    def signals(self, panel, p):
        closes = panel.closes()
        score = closes - closes.mean(axis=0) if p.whole else closes
        return RankedSignals(long_entry=closes > 100, long_exit=closes < 99, score=score)


@pytest.fixture(scope="module")
def walking():
    random = np.random.default_rng(3)
    return Panel.of({name: make_bars(walk_rows(random, 80, 0.02)) for name in "AB"})


def test_own_strategy_decides_and_is_named_by_its_source(walking):
    prepared = PreparedPortfolio(Momentum)
    assert prepared.decide(walking, 5).rows[0] == 5
    assert prepared.warnings == ()
    assert prepared.canonical()["source"]
    assert PreparedPortfolio(Ranked).decide(walking, 0).long_entry.shape == (80, 2)


def test_own_strategy_that_looks_ahead_is_refused(walking):
    with pytest.raises(StrategyCodeError, match=r"E_LOOKAHEAD.*weight of [AB] at row"):
        PreparedPortfolio(Momentum, {"ahead": 1}).decide(walking, 1)
    with pytest.raises(StrategyCodeError, match=r"E_LOOKAHEAD.*its score of A at row"):
        PreparedPortfolio(Ranked, {"whole": True}).decide(walking, 0)


def returning(value):
    class Fixed(PortfolioStrategy):
        def weights(self, *_):
            return value

    return Fixed


@pytest.mark.parametrize("value", [None, "x", np.ones(3), np.ones((1, 1)), [["a", "b"]]])
def test_what_is_no_table_of_weights_is_refused(walking, value):
    with pytest.raises(StrategyCodeError, match="E_STRATEGY_RETURN"):
        PreparedPortfolio(returning(value)).decide(walking, 0)


def test_infinite_weights_are_refused(walking):
    with np.errstate(all="ignore"), pytest.raises(StrategyCodeError, match="infinity"):
        PreparedPortfolio(Momentum, {"infinite": True}).decide(walking, 1)


def filled_ranked(name, value):
    class Fixed(PortfolioStrategy):
        def signals(self, panel, _):
            tables = {"long_entry": np.ones((len(panel), 2)), name: np.full((len(panel), 2), value)}
            return RankedSignals(**tables)

    return Fixed


@pytest.mark.parametrize("name", ["weight", "score"])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_measures_of_ranked_signals_are_refused(walking, name, value):
    with pytest.raises(StrategyCodeError, match=f"E_STRATEGY_RETURN.*{name} holds an infinity"):
        PreparedPortfolio(filled_ranked(name, value)).decide(walking, 0)


ENTRIES = ("long_entry", "long_exit", "short_entry", "short_exit")


@pytest.mark.parametrize("name", ENTRIES)
def test_unknown_is_not_true(walking, name):
    found = PreparedPortfolio(filled_ranked(name, np.nan)).decide(walking, 0)
    assert getattr(found, name).dtype == np.bool_
    assert not getattr(found, name).any()


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("value", [0.5, -1, 2, "False"])
def test_what_is_neither_true_nor_false_is_refused(walking, name, value):
    with pytest.raises(StrategyCodeError, match=f"E_STRATEGY_RETURN.*{name}"):
        PreparedPortfolio(filled_ranked(name, value)).decide(walking, 0)


class Both(PortfolioStrategy):
    def weights(self, panel, rows, _):
        return np.zeros((len(rows), len(panel.symbols)))

    def signals(self, panel, _):
        return RankedSignals(long_entry=np.ones((len(panel), len(panel.symbols))))


class RhythmOfClass(Ranked):
    rebalance = "week_end"


class RhythmOfParams(Ranked):
    class Params(Ranked.Params):
        rebalance: str = "week_end"


@pytest.mark.parametrize(
    ("kind", "told"),
    [(Both, "both weights and signals"), (RhythmOfClass, "rebalance"), (RhythmOfParams, "rebalance")],
)
def test_what_would_never_be_read_is_refused(kind, told):
    with pytest.raises(InputError, match=f"E_STRATEGY.*{told}"):
        PreparedPortfolio(kind)


def test_rhythm_of_an_instance_is_used(walking):
    own = Momentum()
    own.rebalance = 20
    assert PreparedPortfolio(own).decide(walking, 1).rows.tolist() == [1, 21, 41, 61]


def test_errors_of_own_code_say_where(walking):
    class Broken(PortfolioStrategy):
        def weights(self, panel, *_):
            return panel["C"].close

    with pytest.raises(StrategyCodeError, match=r"E_STRATEGY_CODE.*at line \d+.*unknown symbol 'C'"):
        PreparedPortfolio(Broken).decide(walking, 0)


@pytest.mark.parametrize("thing", [object, 5, PortfolioStrategy])
def test_what_decides_nothing_is_refused(thing):
    with pytest.raises(InputError, match="E_STRATEGY"):
        PreparedPortfolio(thing)


def test_names_and_values_of_parameters_are_checked():
    with pytest.raises(UnknownNameError, match="lookback"):
        PreparedPortfolio(built_in("momentum_rotation"), {"look_back": 5})
    with pytest.raises(ParameterError, match="top"):
        PreparedPortfolio(built_in("momentum_rotation"), {"top": 0})
    assert PreparedPortfolio(built_in("momentum_rotation"), {"top": "2"}).params["top"] == 2
    with pytest.raises(UnknownNameError, match="'equal_weight'"):
        built_in("equal_weights")


@pytest.mark.parametrize("name", portfolio_ids())
def test_card_tells_every_parameter(name):
    card = portfolio_card(name)
    assert card["description"]
    assert {parameter["name"] for parameter in card["parameters"]} == set(built_in(name).Params.model_fields)
    assert all(parameter["description"] for parameter in card["parameters"])
