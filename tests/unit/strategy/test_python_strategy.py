"""Strategies written in Python: parameters, what they may return, and errors that name the line."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from pydantic import Field

from tests.documents import real_bars, walking_bars
from tradewright.core.errors import InputError, ParameterError, StrategyCodeError, UnknownNameError
from tradewright.engine.types import Signals
from tradewright.strategy.indicators import above, below, crosses_above, crosses_below, indicator
from tradewright.strategy.prepared import prepare
from tradewright.strategy.python_strategy import Strategy, StrategyParams


class CrossOfMeans(Strategy):
    title: ClassVar[str] = "Cross"
    rules: ClassVar[dict] = {"stop_loss": 2.0}

    class Params(StrategyParams):
        fast: int = Field(20, ge=1, le=500)
        slow: int = Field(50, ge=2)

    def signals(self, bars, p):
        fast, slow = (indicator("sma", bars, period=n) for n in (p.fast, p.slow))
        return Signals(long_entry=crosses_above(fast, slow), long_exit=crosses_below(fast, slow))

    def warmup(self, p):
        return p.slow


def returning(value):
    """Return a strategy whose signals are `value`, or what it makes of the bars."""

    class Fixed(Strategy):
        def signals(self, bars, _):
            return value(bars) if callable(value) else value

    return prepare(Fixed)


def test_python_strategy_decides_as_the_document_of_the_same_rules():
    bars = real_bars()
    python = prepare(CrossOfMeans, {"fast": np.int64(10)}).signals(bars, 1e-11)
    written = prepare("ma_crossover", {"fast": 10}).signals(bars, 1e-11)

    assert np.array_equal(python.long_entry, written.long_entry)
    assert np.array_equal(python.long_exit, written.long_exit)


def test_prepared_strategy_says_what_it_is():
    prepared = prepare(CrossOfMeans(), {"fast": 10})

    assert (prepared.id, prepared.title, prepared.context) == ("cross_of_means", "Cross", None)
    assert prepared.params == {"fast": 10, "slow": 50}
    assert prepared.rules() == {"stop_loss": 2.0}
    assert prepared.warmup(walking_bars(30)) == 50
    assert prepared.warmup(walking_bars(99)) == 50
    canonical = prepared.canonical()
    assert canonical["python"].endswith(":CrossOfMeans")
    assert len(canonical["source"]) == 64
    assert (canonical["params"], canonical["rules"]) == ({"fast": 10, "slow": 50}, {"stop_loss": 2.0})


@pytest.mark.parametrize("given", [{"fast": "abc"}, {"fast": 0}, {"fast": 501}, {"slow": None}])
def test_parameter_of_wrong_type_or_out_of_bounds_is_refused(given):
    with pytest.raises(ParameterError, match=f"parameter '{next(iter(given))}' of strategy 'cross_of_means'"):
        prepare(CrossOfMeans, given)


def test_unknown_parameter_names_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'fast'"):
        prepare(CrossOfMeans, {"fsat": 3})


def test_class_without_signals_says_what_to_define():
    class Empty(Strategy):
        pass

    with pytest.raises(InputError, match="'empty' has no method 'signals'"):
        prepare(Empty)


def test_params_that_are_no_typed_class_are_refused():
    class Loose(Strategy):
        Params = {"fast": 3}  # noqa: RUF012 - the mistake under test

        def signals(self, *_):
            return Signals()

    with pytest.raises(ParameterError, match="Params of strategy 'loose'"):
        prepare(Loose)


def test_error_in_user_code_names_the_line_and_keeps_the_cause():
    class Broken(Strategy):
        def signals(self, bars, _):
            return bars.close[len(bars) + 7]

    line = Broken.signals.__code__.co_firstlineno + 1
    with pytest.raises(StrategyCodeError) as caught:
        prepare(Broken).signals(walking_bars(40), 1e-11)

    assert (
        f"'broken' failed at line {line} of test_python_strategy.py on 40 bars: IndexError"
        in caught.value.message
    )
    assert isinstance(caught.value.__cause__, IndexError)
    assert caught.value.details["line"] == line


def test_own_error_inside_user_code_keeps_its_fix():
    class Misspelt(Strategy):
        def signals(self, bars, _):
            return Signals(long_entry=above(indicator("smaa", bars), 1))

    with pytest.raises(StrategyCodeError, match=r"unknown module 'smaa'.* Did you mean 'sma'"):
        prepare(Misspelt).signals(walking_bars(40), 1e-11)


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (None, "returned nothing for 40 bars"),
        ([True] * 40, "returned a list for 40 bars"),
        (Signals(), "neither long_entry nor short_entry"),
        (lambda bars: Signals(long_exit=bars.close > 0), "neither long_entry nor short_entry"),
        (Signals(long_entry=np.ones(39, bool)), "long_entry has shape (39,) for 40 bars"),
        (Signals(long_entry=np.ones((40, 1), bool)), "long_entry has shape (40, 1) for 40 bars"),
        (Signals(short_entry=True), "short_entry has shape () for 40 bars"),
        (Signals(long_entry=np.array(["x"] * 40)), "long_entry is of type <U1, not bool"),
        (Signals(long_entry=np.arange(40.0)), "long_entry is 2.0 at bar 2, not true or false"),
        (Signals(long_entry=np.ones(40, bool), long_exit=np.full(40, -1)), "long_exit is -1 at bar 0"),
    ],
)
def test_returned_value_that_is_no_signal_is_explained(returned, says):
    with pytest.raises(StrategyCodeError) as caught:
        returning(returned).signals(walking_bars(40), 1e-11)

    assert caught.value.code == "E_STRATEGY_RETURN"
    assert says in caught.value.message
    assert "'fixed'" in caught.value.message
    assert caught.value.fix


@pytest.mark.parametrize(
    "given",
    [
        [1, 0, np.nan, 1],
        np.array([True, False, False, True]),
        np.array([1, 0, 0, 1], np.int8),
        pd.Series([1.0, 0.0, np.nan, 1.0]),
        pd.Series([True, False, False, True]),
    ],
)
def test_numbers_are_read_as_flags_and_nan_as_false(given):
    found = returning(Signals(long_entry=given)).signals(walking_bars(4), 1e-11)

    assert found.long_entry.dtype == np.bool_
    assert found.long_entry.tolist() == [True, False, False, True]


def test_words_follow_the_tie_rule_of_the_run():
    a, b = np.array([1.0, 1.0 + 1e-8, np.nan, 3.0]), np.array([1.0, 1.0, 1.0, 1.0])
    strategy = returning(lambda _: Signals(long_entry=above(a, b), short_entry=crosses_above(a, 1.0)))

    exact, wide = (strategy.signals(walking_bars(4), tolerance) for tolerance in (0.0, 1e-7))

    assert exact.long_entry.tolist() == [False, True, False, True]
    assert exact.short_entry.tolist() == [False, True, False, False]
    assert wide.long_entry.tolist() == [False, False, False, True]
    assert above(a, b).tolist() == [False, True, False, True]  # outside of a run: the default


def test_words_compare_series_and_numbers_either_way_round():
    a = np.array([1.0, 2.0, 3.0, 2.0])

    assert above(a, 2).tolist() == [False, False, True, False]
    assert below(2, a).tolist() == [False, False, True, False]
    assert crosses_below(a, 2.5).tolist() == [False, False, False, True]
    assert crosses_above(pd.Series(a), [2.0] * 4).tolist() == [False, False, True, False]


def test_words_refuse_lengths_that_differ():
    with pytest.raises(InputError, match=r"shape \(3,\) and \(2,\)"):
        above(np.ones(3), np.ones(2))


def test_indicator_on_a_higher_timeframe_and_named_output():
    bars = walking_bars(200)

    upper = indicator("bollinger", bars, output="upper", timeframe="4h", period=3)

    assert np.isnan(upper[:11]).all()
    assert len(set(upper[11:15].tolist())) == 1
    with pytest.raises(UnknownNameError, match=r"'uper'.*'upper'"):
        indicator("bollinger", bars, output="uper")


def test_anything_else_is_no_strategy():
    with pytest.raises(InputError, match="E_STRATEGY_TYPE"):
        prepare(42)


def test_direction_that_is_none_names_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'long'"):
        prepare("momentum", direction="lng")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([1.0, 2.0], r"atr_stop has shape \(2,\)"),
        (["a"] * 30, "atr_stop has shape"),
        (2.0, r"atr_stop has shape \(\)"),
        ([1.0] * 29 + [-1.0], "atr_stop is -1.0 at bar 29"),
        ([np.inf] + [1.0] * 29, "atr_stop is inf at bar 0"),
    ],
)
def test_atr_columns_that_cannot_be_are_refused(column, message):
    fixed = returning(lambda bars: Signals(long_entry=bars.close > 1, atr_stop=column))

    with pytest.raises(StrategyCodeError, match=message) as caught:
        fixed.signals(walking_bars(30), 1e-11)
    assert caught.value.code == "E_STRATEGY_RETURN"


def test_atr_columns_become_float64_and_may_be_unknown():
    given = np.array([np.nan] + [2] * 29, dtype=np.float32)
    fixed = returning(lambda bars: Signals(long_entry=bars.close > 1, atr_target=given[: len(bars)]))

    found = fixed.signals(walking_bars(30), 1e-11)

    assert found.atr_target.dtype == np.float64
    assert np.array_equal(found.atr_target, given, equal_nan=True)
    assert found.atr_stop is None
