"""What ctx shows, and what its orders do, on bars that can be checked in the head."""

import math

import numpy as np
import pytest

import tradewright as tw
from tests.factories import flat_bars, make_bars
from tradewright.core.errors import TradewrightError

FREE = {"fee": 0.0, "cash": 1_000.0}
RISING = make_bars([(10, 11, 9, 10), (10, 12, 10, 12), (12, 14, 11, 13), (13, 15, 12, 14), (14, 16, 13, 15)])


def ran(on_bar, bars=RISING, init=None, **rules):
    """Run a strategy made of `on_bar`; return the run, and what it appended to ``seen``."""
    seen = []

    class Told(tw.EventStrategy):
        def init(self):
            if init is not None:
                init(self)

        def on_bar(self, ctx):
            on_bar(ctx, seen)

    return tw.backtest(Told, bars, **{**FREE, **rules}), seen


def refused(on_bar, match, **rules):
    with pytest.raises(TradewrightError, match=match):
        ran(on_bar, **rules)


def test_it_is_asked_once_a_bar_in_order_with_the_closed_bar():
    _, seen = ran(lambda ctx, seen: seen.append((ctx.i, ctx.open, ctx.high, ctx.low, ctx.close)))
    assert seen == [
        (i, *row)
        for i, row in enumerate(
            [(10, 11, 9, 10), (10, 12, 10, 12), (12, 14, 11, 13), (13, 15, 12, 14), (14, 16, 13, 15)]
        )
    ]


def test_account_is_the_one_after_the_bars_fills():
    def on_bar(ctx, seen):
        seen.append((ctx.position, ctx.side, ctx.entry_price, ctx.cash, ctx.equity))
        if ctx.i == 0:
            ctx.buy(quantity=10)
        elif ctx.i == 2:
            ctx.exit()

    run, seen = ran(on_bar)
    assert seen[0][:2] == (0.0, 0)
    assert math.isnan(seen[0][2])
    assert seen[1] == (10.0, 1, 10.0, 900.0, 1_020.0)  # bought 10 at 10, marked at 12
    assert seen[2] == (10.0, 1, 10.0, 900.0, 1_030.0)
    assert (seen[3][0], *seen[3][3:]) == (0.0, 1_030.0, 1_030.0)  # sold at 13
    assert run.metrics["final_equity"] == 1_030.0


def test_stop_loss_and_take_profit_of_an_order_are_its_own():
    def on_bar(ctx, seen):
        if ctx.i == 0:
            ctx.buy(quantity=1, stop_loss=8.0, take_profit=14.5)

    run, _ = ran(on_bar, stop_loss={"unit": "column"}, take_profit={"unit": "column"})
    assert run.trades["exit_reason"].to_list() == ["take_profit"]
    assert run.trades["exit_price"].to_list() == [14.5]


def test_two_resting_orders_at_one_close_cancel_each_other():
    def on_bar(ctx, seen):
        if ctx.i == 0:
            ctx.buy(quantity=1, stop=11.5, lifetime=5)
            ctx.sell(quantity=1, stop=9.5, lifetime=5)
        seen.append(ctx.position)

    _, seen = ran(on_bar, direction="both")
    assert seen == [0.0, 1.0, 1.0, 1.0, 1.0]
    _, seen = ran(on_bar, bars=flat_bars(10, 9.6, 9.4, 12, 13), direction="both")
    assert seen == [0.0, 0.0, -1.0, -1.0, -1.0]


def test_cancel_takes_back_what_rests():
    def on_bar(ctx, seen):
        if ctx.i == 0:
            ctx.buy(quantity=1, stop=13.5, lifetime=None)
        if ctx.i == 1:
            ctx.cancel()
        seen.append(ctx.position)

    _, seen = ran(on_bar)
    assert seen == [0.0] * 5


def test_resting_reversal_leaves_the_position_until_it_fills():
    def on_bar(ctx, seen):
        if ctx.i == 0:
            ctx.buy(quantity=1)
        if ctx.i == 1:
            ctx.sell(quantity=1, limit=14.5, lifetime=None)
        seen.append(ctx.position)

    _, seen = ran(on_bar, direction="both")
    assert seen == [0.0, 1.0, 1.0, -1.0, -1.0]  # 14.5 is inside the fourth bar


def test_columns_of_init_stand_under_their_names_and_in_history():
    def init(strategy):
        strategy.fast = strategy.indicator("sma", period=2)
        strategy.turn = strategy.crosses_above(strategy.fast, 11.5)

    def on_bar(ctx, seen):
        seen.append((ctx.fast, ctx.turn, ctx.history("fast", 2).tolist(), ctx.history("close", 3).tolist()))

    _, seen = ran(on_bar, init=init)
    assert math.isnan(seen[0][0])
    assert [row[0] for row in seen[1:]] == [11.0, 12.5, 13.5, 14.5]
    assert [row[1] for row in seen] == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert seen[4][2:] == ([13.5, 14.5], [13.0, 14.0, 15.0])


def test_history_is_ones_own_and_reaches_no_further():
    def on_bar(ctx, seen):
        last = ctx.history("close", 2)
        last[-1] = 1.0
        seen.append((ctx.close, last.base is None))

    _, seen = ran(on_bar)
    assert seen == [(close, True) for close in (10, 12, 13, 14, 15)]


def test_comparison_by_the_tie_rule():
    _, seen = ran(lambda ctx, seen: seen.append((ctx.above(1.0 + 1e-12, 1.0), ctx.above(1.001, 1.0))))
    assert set(seen) == {(False, True)}


@pytest.mark.parametrize(
    ("order", "match"),
    [
        ({"quantity": 0}, "quantity is 0"),
        ({"quantity": math.nan}, "quantity is nan"),
        ({"limit": -1.0}, "limit is -1.0"),
        ({"lifetime": 0, "limit": 9.0}, "lifetime is 0"),
        ({"lifetime": 5}, "lifetime is of an order that rests"),
        ({"price": 9.0}, "no 'price'"),
        ({"stop_loss": 9.0}, "stop_loss of an order needs rules"),
        ({"take_profit": 9.0}, "take_profit of an order needs rules"),
    ],
)
def test_order_that_means_nothing_is_refused(order, match):
    refused(lambda ctx, _: ctx.buy(**order), match)


def test_side_that_does_not_trade_is_refused_with_what_to_do():
    refused(lambda ctx, _: ctx.sell(), r"sell opens a short, and direction is long.*exit\(\)")


def test_ordering_twice_at_one_close_is_refused():
    refused(lambda ctx, _: (ctx.buy(), ctx.buy()), "called twice")


def test_resting_order_is_refused_where_orders_fill_at_their_close():
    refused(lambda ctx, _: ctx.buy(limit=9.0), "nothing can rest", fill_on="close")


def test_column_named_as_something_of_ctx_is_refused():
    def init(strategy):
        strategy.close = strategy.indicator("sma", period=2)

    with pytest.raises(TradewrightError, match="'close' has the name"):
        ran(lambda *_: None, init=init)


def test_error_in_on_bar_names_the_line():
    def on_bar(ctx, seen):
        raise ValueError("no such thing")

    refused(on_bar, "E_STRATEGY_CODE.*no such thing")


def test_strategy_without_on_bar_is_refused():
    class Silent(tw.EventStrategy):
        pass

    with pytest.raises(TradewrightError, match="no method 'on_bar'"):
        tw.backtest(Silent, RISING)


def test_code_that_cannot_be_compiled_is_refused():
    class Wordy(tw.EventStrategy):
        @tw.compiled
        def on_bar(past, position, state):  # noqa: ARG002, N805
            return undefined_name  # noqa: F821

    with pytest.raises(TradewrightError, match=r"E_STRATEGY_COMPILE.*wordy"):
        tw.backtest(Wordy, RISING)


def test_state_of_a_compiled_strategy_begins_anew_with_every_run():
    exit_, buy = tw.EXIT, tw.BUY

    class Third(tw.EventStrategy):
        @tw.compiled
        def on_bar(past, position, state):  # noqa: ARG002, N805
            state[0] += 1
            if state[0] == 3:
                return buy
            return exit_ if state[0] > 3 else 0

    first, again = (tw.backtest(Third, RISING, **FREE) for _ in range(2))
    assert first.result_hash == again.result_hash
    assert first.metrics["trades"] == 1


def test_params_are_bound_before_init():
    class Slow(tw.EventStrategy):
        class Params(tw.StrategyParams):
            period: int = 2

        def init(self):
            self.mean = self.indicator("sma", period=self.p.period)

        def on_bar(self, ctx):
            if ctx.mean > 12 and ctx.position == 0:
                ctx.buy()

    quick, slow = (tw.backtest(Slow, RISING, params={"period": p}, **FREE) for p in (2, 4))
    assert int(np.argmax(quick.equity_columns()["equity"] != 1_000.0)) == 3
    assert quick.result_hash != slow.result_hash
    assert quick.manifest["strategy"]["params"] == {"period": 2}


def compiled_run(on_bar):
    kind = type("Asked", (tw.EventStrategy,), {"on_bar": tw.compiled(on_bar)})
    return tw.backtest(kind, RISING, **FREE)


@pytest.mark.parametrize("place", [-4, 4])
def test_compiled_strategy_cannot_read_beyond_what_it_is_given(place):
    def on_bar(past, position, state):
        return int(past[3, place] > 0)  # five columns of three bars at the third close

    with pytest.raises(TradewrightError, match=r"E_STRATEGY_CODE.*out of bounds"):
        compiled_run(on_bar)


def test_compiled_strategy_cannot_write_beyond_its_numbers():
    def on_bar(past, position, state):
        state[16] = 1.0
        return 0

    with pytest.raises(TradewrightError, match=r"E_STRATEGY_CODE.*out of bounds"):
        compiled_run(on_bar)


def test_error_in_a_compiled_strategy_is_told_with_its_line():
    def on_bar(past, position, state):
        if past.shape[1] == 3:
            raise ValueError("third bar")
        return 0

    with pytest.raises(TradewrightError, match=r"E_STRATEGY_CODE.*line \d+.*third bar"):
        compiled_run(on_bar)


def test_compiled_strategy_that_forgets_to_answer_is_refused():
    def on_bar(past, position, state):  # noqa: RET503
        if past[3, -1] > 12:
            return 1

    with pytest.raises(TradewrightError, match=r"E_STRATEGY_COMPILE.*every path"):
        compiled_run(on_bar)


@pytest.mark.parametrize("answer", [16, 12345, -2, 2, 8, 20])
def test_compiled_strategy_that_answers_another_number_is_refused(answer):
    def on_bar(past, position, state):
        return answer

    with pytest.raises(TradewrightError, match=r"E_STRATEGY_RETURN.*bar 0"):
        compiled_run(on_bar)


def test_cancel_takes_back_what_waited_and_not_what_is_ordered_with_it():
    def on_bar(ctx, seen):
        if ctx.i == 0:
            ctx.buy(quantity=1, stop=20.0, lifetime=None)
        if ctx.i == 1:
            ctx.cancel()
            ctx.buy(quantity=2)
        seen.append(ctx.position)

    _, seen = ran(on_bar)
    assert seen == [0.0, 0.0, 2.0, 2.0, 2.0]


def test_what_a_compiled_strategy_closes_over_is_in_its_fingerprint():
    def every(n):
        def on_bar(past, position, state):
            return int(past.shape[1] % n == 0)

        return compiled_run(on_bar)

    assert every(2).fingerprint == every(2).fingerprint
    assert every(2).fingerprint != every(3).fingerprint


def test_repeated_orders_without_effect_change_nothing():
    def patient(ctx, seen):
        if ctx.close > 12 and ctx.position == 0:
            ctx.buy()

    def eager(ctx, seen):
        if ctx.close > 12:
            ctx.buy()
        else:
            ctx.exit()

    assert ran(eager)[0].result_hash == ran(patient)[0].result_hash
