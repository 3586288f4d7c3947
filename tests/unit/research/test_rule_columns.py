"""What is computed for rules that read a measure."""

import statistics
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

import tradewright as tw
from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Simulation
from tradewright.modules import registry
from tradewright.research.around.payments import Payments
from tradewright.research.around.world import World, world_of
from tradewright.research.rule_columns import annual_volatility, bars_a_year, with_columns
from tradewright.research.surroundings import surroundings_of

CLOSES = [100.0, 102.0, 99.0, 99.0, 105.0, 101.0, 103.0]


def hourly(calendar: str, timeframe: str = "1h", start: str = "2024-03-04T14:30") -> tw.Bars:
    length = tw.Timeframe.parse(timeframe).ns
    time = np.datetime64(start, "ns").astype(np.int64) + length * np.arange(5)
    columns = dict.fromkeys(("open", "high", "low", "close"), np.full(5, 10.0))
    return tw.Bars(time, columns, timeframe=timeframe, instrument=tw.Instrument("X", calendar=calendar))


def test_volatility_is_that_of_the_statistics_module() -> None:
    bars = flat_bars(*CLOSES)
    returns = [after / before - 1 for before, after in pairwise(CLOSES)]
    found = annual_volatility(bars, 3)
    assert np.isnan(found[:3]).all()
    for i in range(3, len(CLOSES)):
        assert found[i] == pytest.approx(statistics.stdev(returns[i - 3 : i]) * 365.25**0.5, rel=1e-12)


def test_volatility_is_unknown_on_a_series_that_is_too_short() -> None:
    assert np.isnan(annual_volatility(flat_bars(100, 101), 2)).all()


def test_volatility_does_not_change_when_bars_come_later() -> None:
    bars = flat_bars(*CLOSES)
    whole, cut = annual_volatility(bars, 2), annual_volatility(bars.slice(0, 5), 2)
    assert np.array_equal(whole[:5], cut, equal_nan=True)


def test_bars_a_year_go_by_the_calendar() -> None:
    assert bars_a_year(hourly("24/7")) == 365.25 * 24
    assert bars_a_year(hourly("24/5", "15m")) == 260 * 96
    assert bars_a_year(hourly("24/5", "1d")) == 260
    assert bars_a_year(hourly("24/7", "1w")) == pytest.approx(365.25 / 7)


def test_bars_a_year_of_an_exchange_go_by_its_scheduled_hours() -> None:
    pytest.importorskip("exchange_calendars")
    assert bars_a_year(hourly("XNYS")) == 252 * 7  # 9:30 to 16:00 in hours, the last of them half
    assert bars_a_year(hourly("XNYS", "30m")) == 252 * 13
    with pytest.raises(InputError, match="no schedule") as refused:
        bars_a_year(hourly("XNYS", start="1950-03-06T14:30"))
    assert "another sizing" in refused.value.fix


def test_measures_are_added_and_the_strategys_own_stand() -> None:
    rows = [(c, c + 1, c - 2, c) for c in CLOSES]
    bars, rules = (
        make_bars(rows),
        make_rules(trailing={"value": 2, "unit": "atr", "period": 3}, slippage_atr=0.1),
    )
    own = np.full(len(bars), 5.0)
    signals = with_columns(tw.Signals(columns={"atr:14": own}), bars, rules)
    assert signals.columns["atr:14"] is own
    expected = registry.compute("atr", bars, {"period": 3})["atr"]
    assert np.array_equal(signals.columns["atr:3"], expected, equal_nan=True)


def test_rules_without_measures_leave_the_signals_alone() -> None:
    signals = make_signals(2, long_entry=[0])
    assert with_columns(signals, flat_bars(1, 2), make_rules(stop_loss=2)) is signals


def test_missing_column_of_the_strategy_is_refused() -> None:
    with pytest.raises(InputError, match="stop_long") as refused:
        tw.backtest("ma_crossover", tw.sample("GOOG"), stop_loss={"unit": "column"})
    assert refused.value.code == "E_COLUMN"


@pytest.mark.parametrize(
    "rules",
    [
        {"stop_loss": {"value": 2, "unit": "atr", "period": 5}},
        {"trailing": {"value": 3, "unit": "chandelier"}},
        {"sizing": "volatility:0.2"},
        {"sizing": "atr:0.01", "take_profit": {"value": 4, "unit": "atr"}},
        {"slippage_atr": 0.05, "break_even": {"after": 1, "unit": "atr"}, "stop_loss": 4},
    ],
)
def test_every_measure_reaches_a_run(rules) -> None:
    run = tw.backtest("ma_crossover", tw.sample("GOOG"), **rules)
    assert run.metrics["trades"] > 5


# --------------------------------------------------------------------------- across splits

MEASURED = make_rules(
    sizing={"kind": "volatility", "value": 0.2, "period": 4},
    stop_loss={"value": 2, "unit": "atr", "period": 3},
)
# One before the first bar, a split and a reverse one inside, and one after the last bar.
SPLITS = [("2019-06-03", 5.0), ("2020-01-11", 3.0), ("2020-01-21", 0.1), ("2021-01-04", 7.0)]


def wandering(n: int = 30) -> Bars:
    """Return bars as they are when adjusted for splits."""
    move = np.random.default_rng(4).normal(0, 0.02, n)
    close = 100 * np.exp(np.cumsum(move))
    return make_bars([(c * 0.998, c * 1.01, c * 0.985, c) for c in close])


def unadjusted(bars: Bars) -> tuple[Bars, npt.NDArray[np.float64]]:
    """Return the prices that traded, and by what each is larger than the adjusted one: later splits count."""
    larger = np.ones(len(bars))
    larger[:20] *= 0.1
    larger[:10] *= 3.0
    columns = {name: bars.columns[name] * larger for name in ("open", "high", "low", "close")}
    return Bars(bars.time, columns, timeframe="1d", instrument=bars.instrument), larger


def splits_of(world: World) -> Payments:
    assert world.splits is not None
    return world.splits


def test_a_split_is_no_move_to_a_measure_and_each_atr_is_in_units_of_its_bar() -> None:
    adjusted = wandering()
    raw, larger = unadjusted(adjusted)
    splits = splits_of(world_of(payments={"splits": SPLITS}))

    found = with_columns(make_signals(30), raw, MEASURED, splits).columns

    expected = registry.compute("atr", adjusted, {"period": 3})["atr"] * larger
    np.testing.assert_allclose(found["atr:3"], expected, rtol=1e-12)
    np.testing.assert_allclose(found["volatility:4"], annual_volatility(adjusted, 4), rtol=1e-9)


def test_measures_across_splits_are_the_same_on_every_prefix() -> None:
    raw, _ = unadjusted(wandering())
    splits = splits_of(world_of(payments={"splits": SPLITS}))
    whole = with_columns(make_signals(30), raw, MEASURED, splits).columns
    for n in range(1, 30):
        cut = with_columns(make_signals(n), raw.slice(0, n), MEASURED, splits).columns
        for name, values in cut.items():
            assert np.array_equal(values, whole[name][:n], equal_nan=True), (name, n)


def test_splits_outside_of_the_bars_leave_measures_alone() -> None:
    bars = wandering()
    splits = splits_of(world_of(payments={"splits": [SPLITS[0], SPLITS[-1]]}))
    found = with_columns(make_signals(30), bars, MEASURED, splits).columns
    plain = with_columns(make_signals(30), bars, MEASURED).columns
    assert all(np.array_equal(found[name], plain[name], equal_nan=True) for name in plain)


@pytest.mark.parametrize(
    "rules",
    [
        MEASURED,
        make_rules(sizing="risk:0.01", stop_loss={"value": 2, "unit": "atr"}, slippage_atr=0.1),
        make_rules(sizing="atr:0.01", trailing={"value": 3, "unit": "chandelier", "period": 5}),
        make_rules(entry={"kind": "limit", "offset": 0.2, "unit": "atr", "period": 3, "lifetime": None}),
    ],
)
def test_a_run_on_unadjusted_prices_with_splits_is_that_on_adjusted_ones(rules: Rules) -> None:
    adjusted = wandering()
    raw, _ = unadjusted(adjusted)
    world = world_of(payments={"splits": SPLITS})

    plain, restated = _run(adjusted, rules, World()), _run(raw, rules, world)

    assert plain.trades.size >= 2  # an ATR of 14 bars is not known at the first entry
    np.testing.assert_allclose(restated.equity, plain.equity, rtol=1e-9)


def _run(bars: Bars, rules: Rules, world: World) -> Simulation:
    signals = make_signals(30, long_entry=[6, 15, 23], long_exit=[12, 21, 27])
    signals = with_columns(signals, bars, rules, world.splits)
    return simulate(bars, signals, rules, 0, surroundings_of(bars, rules, world)[0])
