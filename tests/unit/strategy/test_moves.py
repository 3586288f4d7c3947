"""Rising and falling: on an operand's own bars, seen when they have closed."""

import numpy as np
import pytest

from tests.documents import entering, on, price, walking_bars, when
from tradewright.core.bars import Bars
from tradewright.core.resample import align, resample
from tradewright.strategy.prepared import prepare

HOURS = walking_bars(24 * 40)
DAYS = resample(HOURS, "1d")


def entries(condition: dict, bars: Bars = HOURS) -> np.ndarray:
    return prepare(entering(condition)).signals(bars, 1e-11).long_entry


@pytest.mark.parametrize(
    ("operator", "sign", "shift"), [("rising", 1, 0), ("falling", -1, 0), ("rising", 1, 2)]
)
def test_move_on_a_higher_timeframe_compares_its_own_bars(operator: str, sign: int, shift: int) -> None:
    moved = np.concatenate(([np.nan] * (1 + shift), np.sign(np.diff(DAYS.close))[: len(DAYS) - 1 - shift]))

    found = entries(when(price("close", timeframe="1d", shift=shift), operator))

    assert np.array_equal(found, align(HOURS, DAYS, moved) == sign)
    assert found.sum() > 100


def test_move_on_a_higher_timeframe_lasts_until_its_next_bar() -> None:
    week = when(price("close", timeframe="1d"), "rising", forLast=2)

    assert entries(week).sum() > 100


def test_move_of_a_module_and_of_a_share_of_it_agree() -> None:
    module = {"module": "sma", "parameters": {"period": 3}, "timeframe": "4h"}

    whole, half = (entries(when(left, "rising")) for left in (module, {"percent": 50, "of": module}))

    assert np.array_equal(whole, half)
    assert np.array_equal(whole, entries(on("sma", "rising", period=3, timeframe="4h")))
    assert 0 < whole.sum() < whole.size


def test_move_on_a_higher_timeframe_never_sees_a_later_bar() -> None:
    condition = when(price("close", timeframe="1d"), "rising")
    found = entries(condition)

    for k in (47, 48, 49, 71, 72, 100, 555):
        assert np.array_equal(entries(condition, HOURS.slice(0, k)), found[:k])


def test_first_move_on_a_higher_timeframe_needs_two_of_its_bars() -> None:
    prepared = prepare(entering(when(price("close", timeframe="1d"), "rising")))

    assert prepared.warmup(HOURS) == 47
    assert not entries(when(price("close", timeframe="1d"), "rising"))[:47].any()
