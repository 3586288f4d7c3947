"""A strategy that is asked bar by bar fills as one that decides with arrays: bit for bit."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tradewright as tw
from tests.drawn import BySeed, Drawn, run_from
from tradewright.engine.columns import own_columns_of
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals, Simulation
from tradewright.strategy.contract import Setting
from tradewright.strategy.prepared import prepare

quick = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FLAGS = ("long_entry", "long_exit", "short_entry", "short_exit")
seeds = st.integers(0, 2**32 - 1)


def assert_same(got: Simulation, expected: Simulation) -> None:
    assert got.fills.tobytes() == expected.fills.tobytes()
    assert got.equity.tobytes() == expected.equity.tobytes()
    assert got.trades.tobytes() == expected.trades.tobytes()
    assert got.open_trades.tobytes() == expected.open_trades.tobytes()
    assert (got.counters, got.bars_held) == (expected.counters, expected.bars_held)


def drawn_by(seed: int, **changes: object) -> Drawn:
    run = run_from(BySeed(np.random.default_rng(seed)))
    if not changes:
        return run
    rules = Rules.model_validate({**dict(run.rules), **changes})
    return run._replace(rules=rules, signals=_with_long_columns(run, rules))


def _with_long_columns(run: Drawn, rules: Rules) -> Signals:
    """The run's signals with prices for every level of a long, where only shorts had some."""
    close = run.bars.close
    prices = {
        "stop_long": close * 0.97,
        "trail_long": close * 0.96,
        "entry_long": close,
        "size": close * 0 + 2,
    }
    missing = [name for name in own_columns_of(rules) if name not in run.signals.columns]
    made = {name: prices.get(name, close * 1.03) for name in missing}
    return dataclasses.replace(run.signals, columns={**run.signals.columns, **made})


def told(run: Drawn) -> dict[str, np.ndarray]:
    """The run's decisions as arrays, none left out."""
    n = len(run.bars)
    return {
        name: np.zeros(n, bool) if (flags := getattr(run.signals, name)) is None else flags for name in FLAGS
    }


def replaying(run: Drawn) -> type[tw.EventStrategy]:
    """A strategy that orders at each close what the run's signals say there."""
    say = told(run)
    sides = {"both": ("long", "short")}.get(run.rules.direction, (run.rules.direction,))

    class Replay(tw.EventStrategy):
        def on_bar(self, ctx):
            i = ctx.i
            if "long" in sides and say["long_entry"][i]:
                ctx.buy()
            if "short" in sides and say["short_entry"][i]:
                ctx.sell()
            if (ctx.side > 0 and say["long_exit"][i]) or (ctx.side < 0 and say["short_exit"][i]):
                ctx.exit()

    return Replay


def by_events(kind: type[tw.EventStrategy], run: Drawn) -> Simulation:
    # The drawn columns of prices are the run's own: they stand in the signals beside the measures.
    measures = Signals(
        atr_stop=run.signals.atr_stop, atr_target=run.signals.atr_target, columns=run.signals.columns
    )
    setting = Setting(run.bars, run.rules, measures, run.start, run.surroundings)
    return prepare(kind).simulate(setting)


@quick
@given(seeds)
def test_orders_of_a_replayed_run_fill_as_its_signals(seed):
    run = drawn_by(seed)
    assert_same(by_events(replaying(run), run), simulate(*run))


class Rising(tw.EventStrategy):
    def on_bar(self, ctx):
        if ctx.close > ctx.open:
            ctx.buy()
        elif ctx.side > 0:
            ctx.exit()


class RisingCompiled(tw.EventStrategy):
    @tw.compiled
    def on_bar(past, position, state):  # noqa: ARG002, N805 - compiled code has no self
        state[0] += 1
        if state[0] != past.shape[1] - state[1]:
            state[1] = past.shape[1] - state[0]
        return tw_buy if past[3, -1] > past[0, -1] else tw_exit


tw_buy, tw_exit = tw.BUY, tw.EXIT


@quick
@given(seeds)
def test_compiled_asked_and_decided_with_arrays_are_the_same(seed):
    run = drawn_by(seed, direction="long", on_conflict="neither")
    rising = run.bars.close > run.bars.open
    signals = dataclasses.replace(
        run.signals, long_entry=rising, long_exit=~rising, short_entry=None, short_exit=None
    )
    expected = simulate(run.bars, signals, run.rules, run.start, run.surroundings)
    assert_same(by_events(Rising, run), expected)
    assert_same(by_events(RisingCompiled, run), expected)


@pytest.mark.parametrize("kind", ["limit", "stop", "stop_limit"])
@quick
@given(seed=seeds)
def test_an_order_at_a_price_fills_as_the_rule_that_rests_there(kind, seed):
    plain = {"direction": "long", "on_conflict": "neither", "fill_on": "next_open", "size_on": "fill"}
    run = drawn_by(seed, **plain, entry=tw.Entry())
    say = told(run)["long_entry"]
    way = -1 if kind == "limit" else 1
    prices = np.round(run.bars.close * (1 + way * 0.01), 2)
    beyond = prices + 1.0
    price = {"limit": prices} if kind == "limit" else {"stop": prices}
    if kind == "stop_limit":
        price["limit"] = beyond

    class Resting(tw.EventStrategy):
        def on_bar(self, ctx):
            if say[ctx.i]:
                ctx.buy(lifetime=3, **{name: float(values[ctx.i]) for name, values in price.items()})

    entry = tw.Entry(kind=kind, unit="column", lifetime=3, through=1.0 if kind == "stop_limit" else 0.0)
    rules = Rules.model_validate({**dict(run.rules), "entry": entry})
    columns = {**run.signals.columns, "entry_long": prices}
    signals = Signals(say, None, None, None, run.signals.atr_stop, run.signals.atr_target, columns)
    expected = simulate(run.bars, signals, rules, run.start, run.surroundings)
    got = by_events(Resting, run)
    assert_same(got, expected)
