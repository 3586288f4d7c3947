"""Swings, zones and structure against their definitions, on many small markets full of equal prices."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.module_bars import bars_of
from tests.contract.module_oracles import ORACLES
from tradewright.core.bars import Bars
from tradewright.modules import registry


@st.composite
def markets(draw: st.DrawFn) -> Bars:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(0, 120))
    close = 60.0 + np.cumsum(random.integers(-2, 3, n))
    close -= min(0.0, close.min(initial=60.0) - 5)
    wicks = random.integers(0, 3, (2, n)) * draw(st.sampled_from([0, 1]))
    return bars_of({"open": close, "high": close + wicks[0], "low": close - wicks[1], "close": close})


widths = st.integers(1, 5)


def assert_equals_definition(module_id: str, bars: Bars, params: dict[str, Any]) -> None:
    wanted = ORACLES[module_id](bars, **params)
    for name, column in registry.compute(module_id, bars, params).items():
        np.testing.assert_allclose(column, wanted[name], rtol=1e-12, err_msg=name)


@given(markets(), widths)
def test_market_structure_shift_equals_its_definition(bars: Bars, period: int) -> None:
    assert_equals_definition("market_structure_shift", bars, {"period": period})


@given(markets(), widths, widths)
def test_swing_points_equal_their_definition(bars: Bars, left: int, right: int) -> None:
    assert_equals_definition("swing_points", bars, {"left": left, "right": right})


@given(markets(), widths, widths, st.integers(11, 60), st.sampled_from([0.0, 1.5, 5.0]), st.integers(1, 3))
def test_sr_zones_equal_their_definition(
    bars: Bars, left: int, right: int, lookback: int, tolerance: float, touches: int
) -> None:
    params = {"left": left, "right": right, "lookback": lookback, "tolerance": tolerance, "touches": touches}
    assert_equals_definition("sr_zones", bars, params)


def shift_on(closes: list[float], **columns: list[float]) -> dict[str, Any]:
    return registry.compute("market_structure_shift", bars_of({"close": closes, **columns}), {"period": 1})


# Down through the low of bar 2, then up through the high of bar 3: a bullish shift at bar 5.
FALL_THEN_RISE = [10.0, 9.0, 7.0, 8.0, 6.0, 9.0, 9.0]


def test_shift_stays_as_state_and_is_an_event_once() -> None:
    result = shift_on(FALL_THEN_RISE)
    assert result["state"][2:].tolist() == [0, 0, 0, 1, 1]
    assert result["shift"][2:].tolist() == [0, 0, 0, 1, 0]
    assert (result["level"][5], result["formed_at"][5], result["confirmed_at"][5]) == (8, 3, 5)


def test_wick_beyond_the_level_is_no_shift() -> None:
    closes = [*FALL_THEN_RISE[:5], 8.0, 7.5]
    result = shift_on(closes, high=[*closes[:5], 9.5, 7.5])
    assert (result["state"][2:] == 0).all()


@pytest.mark.parametrize("noise", [1 - 1e-14, 1.0, 1 + 1e-14])
def test_close_at_the_level_by_the_tie_rule_is_no_shift(noise: float) -> None:
    result = shift_on([*FALL_THEN_RISE[:5], 8.0 * noise, 7.0])
    assert (result["state"][2:] == 0).all()


def test_first_break_sets_the_structure_without_a_shift() -> None:
    result = shift_on([5.0, 7.0, 6.0, 8.0, 7.5, 9.0, 8.5, 10.0])
    assert (result["state"][2:] == 0).all()


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_level_counts_once_a_second_close_beyond_it_is_no_break(side: float) -> None:
    # Bar 7 breaks the high of bar 2, bar 8 the low of bar 4; bar 9 is above the high of bar 2 again.
    path = np.array([10.0, 11.0, 13.0, 12.0, 11.0, 12.0, 12.5, 14.0, 10.0, 13.5])
    result = registry.compute("market_structure_shift", bars_of({"close": 20 + side * path}), {"period": 2})
    names = registry.get("market_structure_shift").outputs[0].states
    after_the_shift = names.index("bearish" if side > 0 else "bullish")
    assert result["state"][4:].tolist() == [0, 0, 0, 0, after_the_shift, after_the_shift]
    assert result["level"][9] == 20 + side * 11.0
