"""The compiled portfolio against a plain one written from its rules, and the identities of both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_bars, walk_rows
from tests.property.portfolio_reference import Reference, as_table, rows_of
from tradewright.core.bars import Bars
from tradewright.core.instrument import Instrument
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import PANEL_COUNTERS, PortfolioLimits, RankedSignals, TargetWeights
from tradewright.engine.portfolio.simulate import simulate_panel
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import LIQUIDATION, Signals


def holed(bars, random, share, instrument):
    """Return bars of which some are missing, the first ones and the last ones too."""
    kept = random.random(len(bars)) >= share
    if share and random.random() < 0.4:
        kept[: int(random.integers(0, len(bars) // 2 + 1))] = False
    if share and random.random() < 0.3:
        kept[len(bars) - int(random.integers(0, len(bars) // 2 + 1)) :] = False
    kept[int(random.integers(0, len(bars)))] = True
    columns = {name: column[kept] for name, column in bars.columns.items()}
    return Bars(bars.time[kept], columns, timeframe="1d", instrument=instrument)


@st.composite
def drawn_panels(draw):
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, rows = draw(st.integers(1, 5)), draw(st.sampled_from([2, 5, 12, 30]))
    scale, share = draw(st.sampled_from([0.01, 0.05, 0.25])), draw(st.sampled_from([0.0, 0.0, 0.1, 0.4]))
    lot, minimum = draw(st.sampled_from([0.0, 0.0, 1.0, 0.1])), draw(st.sampled_from([0.0, 0.0, 300.0]))
    whole = make_bars(walk_rows(random, rows, scale))
    series = {
        "WHOLE": Bars(whole.time, whole.columns, timeframe="1d", instrument=Instrument("WHOLE", lot=lot))
    }
    for number in range(1, count):
        own = Instrument(
            f"S{number}",
            lot=lot,
            minimum_notional=minimum,
            tick=0.01,
            multiplier=float(random.choice([1, 1, 10])),
        )
        series[f"S{number}"] = holed(make_bars(walk_rows(random, rows, scale)), random, share, own)
    series["WHOLE"] = Bars(
        whole.time, whole.columns, timeframe="1d", instrument=Instrument("WHOLE", lot=lot, tick=0.01)
    )
    return Panel.of(series), random


@st.composite
def drawn_rules(draw):
    plain = draw(st.booleans())
    extra = {} if plain else {
        "fee_per_order": draw(st.sampled_from([0.0, 1.5])),
        "fee_minimum": draw(st.sampled_from([0.0, 4.0])),
        "fee_per_unit": draw(st.sampled_from([0.0, 0.01])),
        "slippage_ticks": draw(st.sampled_from([0.0, 2.0])),
    }  # fmt: skip
    return Rules(
        direction=draw(st.sampled_from(["long", "long", "both", "short"])),
        fee=draw(st.sampled_from([0.0, 0.001, 0.02])),
        slippage=draw(st.sampled_from([0.0, 0.0005])),
        half_spread=draw(st.sampled_from([0.0, 0.02])),
        leverage=draw(st.sampled_from([1.0, 1.0, 0.5, 3.0, 20.0])),
        maintenance_margin=draw(st.sampled_from([0.0, 0.0, 0.1])),
        borrow_rate=draw(st.sampled_from([0.0, 0.2])),
        close_at_end=draw(st.booleans()),
        **extra,
    )


@st.composite
def drawn_limits(draw):
    return PortfolioLimits(
        min_trade=draw(st.sampled_from([0.0, 0.0, 0.01, 0.1])),
        max_weight=draw(st.sampled_from([None, None, 0.3])),
        max_exposure=draw(st.sampled_from([None, None, 0.8, 2.0])),
        max_positions=draw(st.integers(1, 4)),
    )


def drawn_weights(panel, random, size):
    rows = np.flatnonzero(random.random(len(panel)) < random.choice([0.2, 0.6, 1.0]))
    weights = random.normal(0.0, size, (rows.size, len(panel.symbols)))
    weights[random.random(weights.shape) < 0.15] = np.nan
    weights[random.random(weights.shape) < 0.15] = 0.0
    if random.random() < 0.4:
        weights = np.abs(weights)
    return TargetWeights(rows, weights)


def drawn_ranked(panel, random):
    shape = len(panel), len(panel.symbols)
    flags = [random.random(shape) < share for share in (0.4, 0.2, 0.3, 0.2)]
    score = np.round(random.normal(size=shape), 0) if random.random() < 0.7 else None
    if score is not None:
        score[random.random(shape) < 0.1] = np.nan
    weight = random.uniform(-0.1, 0.8, shape) if random.random() < 0.4 else None
    return RankedSignals(*flags, score=score, weight=weight)


def drawn_rates(panel, random):
    if random.random() < 0.7:
        return [None] * len(panel.symbols)
    known = random.uniform(0.5, 2.0, (2, len(panel)))
    known[:, : int(random.integers(0, 3))] = np.nan
    pair = known[0], known[1]
    return [pair if random.random() < 0.5 else None for _ in panel.symbols]


def both_engines(panel, decisions, rules, limits, start, rates):
    fast = simulate_panel(panel, decisions, rules, limits, start=start, rates=rates)
    return fast, Reference(panel, decisions, rules, limits, start, rates).run()


def require_equal(fast, slow):
    assert rows_of(fast) == as_table(slow.fills)
    np.testing.assert_array_equal(fast.equity, slow.equity)
    assert fast.counters == {name: slow.counts[name] for name in PANEL_COUNTERS}


@pytest.mark.slow
@given(drawn_panels(), drawn_rules(), drawn_limits(), st.sampled_from([0.2, 0.5, 2.0]), st.integers(0, 3))
def test_weights_fill_as_the_rules_say(drawn, rules, limits, size, start):
    panel, random = drawn
    start = min(start, len(panel) - 1)
    decisions = drawn_weights(panel, random, size)
    decisions = TargetWeights(
        decisions.rows[decisions.rows >= start], decisions.weights[decisions.rows >= start]
    )
    require_equal(*both_engines(panel, decisions, rules, limits, start, drawn_rates(panel, random)))


@pytest.mark.slow
@given(drawn_panels(), drawn_rules(), drawn_limits(), st.integers(0, 3))
def test_ranked_signals_fill_as_the_rules_say(drawn, rules, limits, start):
    panel, random = drawn
    start = min(start, len(panel) - 1)
    decisions = drawn_ranked(panel, random)
    require_equal(*both_engines(panel, decisions, rules, limits, start, drawn_rates(panel, random)))


@pytest.mark.slow
@given(drawn_panels(), drawn_rules(), drawn_limits(), st.sampled_from([0.2, 0.5, 2.0]))
def test_identities_hold_at_every_row(drawn, rules, limits, size):
    panel, random = drawn
    run = simulate_panel(panel, drawn_weights(panel, random, size), rules, limits)
    units = np.array([bars.instrument.multiplier for bars in panel.series.values()])
    closes = np.nan_to_num(panel.closes())
    traded = max(1.0, float(np.abs(run.fills["quantity"] * run.fills["price"] * run.fills["unit"]).sum()))

    cash, held, fills = rules.cash, np.zeros(len(panel.symbols)), iter(run.fills)
    row = next(fills, None)
    for t in range(len(panel)):
        while row is not None and row["bar"] == t:
            cash += row["flow"] - row["quantity"] * row["price"] * row["unit"] - row["fee"]
            held[row["instrument"]] += row["quantity"]
            row = next(fills, None)
        assert abs(run.equity[t] - (cash + (held * closes[t] * units).sum())) <= 1e-9 * traded

    pnl = run.trades["pnl"].sum() + run.open_trades["pnl"].sum()
    assert abs(run.equity[-1] - rules.cash - pnl) <= 1e-9 * traded
    if rules.direction == "long" and rules.leverage <= 1:
        assert cash >= -1e-9 * traded


@pytest.mark.slow
@given(drawn_panels(), drawn_rules(), drawn_limits())
def test_cash_is_never_overdrawn_without_leverage_or_shorts(drawn, rules, limits):
    panel, random = drawn
    rules = rules.model_copy(update={"direction": "long", "leverage": 1.0})
    run = simulate_panel(panel, drawn_weights(panel, random, 1.0), rules, limits)

    paid = (
        run.fills["quantity"] * run.fills["price"] * run.fills["unit"] + run.fills["fee"] - run.fills["flow"]
    )
    assert (rules.cash - np.cumsum(paid) >= -1e-9 * rules.cash).all()


@pytest.mark.slow
@given(drawn_panels(), drawn_rules())
def test_quantities_are_whole_lots(drawn, rules):
    panel, random = drawn
    run = simulate_panel(panel, drawn_weights(panel, random, 0.5), rules)

    lots = np.array([bars.instrument.lot for bars in panel.series.values()])[run.fills["instrument"]]
    stepped = run.fills["quantity"][lots > 0] / lots[lots > 0]
    np.testing.assert_allclose(stepped, np.round(stepped), atol=1e-6)


@pytest.mark.slow
@given(drawn_panels(), drawn_rules(), st.integers(0, 28), st.sampled_from([1, -1]))
def test_portfolio_of_one_given_all_enters_as_the_engine_does(drawn, rules, decided, side):
    panel, _ = drawn
    bars = panel["WHOLE"]
    alone = Panel.of({"WHOLE": bars})
    decided = min(decided, len(bars) - 1)
    direction = "long" if side > 0 else "short"
    rules = rules.model_copy(update={"leverage": 1.0, "direction": direction, "maintenance_margin": 0.0})
    if side < 0:  # weights are worked out at the open itself, an all-in short at what its sale brings
        rules = rules.model_copy(update={"slippage": 0.0, "slippage_ticks": 0.0, "half_spread": 0.0})
    entry = np.zeros(len(bars), np.bool_)
    entry[decided] = True
    signals = Signals(long_entry=entry) if side > 0 else Signals(short_entry=entry)

    single = simulate(bars, signals, rules)
    weights = TargetWeights(np.array([decided]), np.array([[float(side)]]))
    many = simulate_panel(alone, weights, rules)

    liquidated = (single.fills["reason"] == LIQUIDATION).any()
    if not liquidated:
        assert single.fills.tobytes() == many.fills.tobytes()
        np.testing.assert_array_equal(single.equity, many.equity)
    else:  # the price is worked out along another way: equal, but not to the bit
        np.testing.assert_allclose(single.fills["price"], many.fills["price"], rtol=1e-9)
        assert (single.fills["bar"] == many.fills["bar"]).all()
