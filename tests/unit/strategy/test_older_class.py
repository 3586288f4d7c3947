"""Older classes with ``generate_signals(frame)``: every list they may return, read or explained."""

from datetime import UTC, datetime
from enum import Enum

import numpy as np
import pandas as pd
import pytest

from tests.documents import walking_bars
from tradewright.core.errors import ParameterError, StrategyCodeError
from tradewright.strategy.prepared import prepare

BARS = walking_bars(4)  # 2024-01-01, hours 0 to 3


class Action(Enum):
    BUY = "buy"
    SELL = "sell"


def older(value):
    class OldOne:
        def generate_signals(self, frame):
            return value(frame) if callable(value) else value

    return prepare(OldOne).signals(BARS, 1e-11)


@pytest.mark.parametrize(
    "returned",
    [
        ["hold", "buy", None, "sell"],
        ["HOLD", "Buy", "", "SELL"],
        [0, 1, 0, -1],
        [0.0, 1.0, np.nan, -1.0],
        [None, Action.BUY, None, Action.SELL],
        (0, 1, 0, -1),
        np.array([0, 1, 0, -1]),
        pd.Series([0, 1, 0, -1]),
        [{"index": 1, "action": "buy"}, {"index": 3, "action": "sell"}],
        [
            {"index": 1, "action": "buy"},
            {"index": 1, "action": "hold"},
            {"index": 1, "action": "buy"},
            {"index": 3, "action": "sell"},
        ],
        [{"index": np.int64(1), "signal": 1}, {"index": 3, "type": "SELL"}],
        [
            {"timestamp": "2024-01-01T01:00:00", "action": "buy"},
            {"time": "2024-01-01T05:00+02:00", "action": -1},
        ],
        [
            {"timestamp": datetime(2024, 1, 1, 1, tzinfo=UTC), "action": "buy"},
            {"date": np.datetime64("2024-01-01T03"), "action": "sell"},
        ],
        lambda frame: [
            {"timestamp": frame.index[1], "action": "buy"},
            {"timestamp": frame.index[3], "action": "sell"},
        ],
        lambda frame: [{"timestamp": str(frame.index[1]), "action": "long"}, {"index": 3, "action": "short"}],
    ],
)
def test_every_form_of_list_is_read(returned):
    found = older(returned)

    buy, sell = [False, True, False, False], [False, False, False, True]
    assert found.long_entry.tolist() == found.short_exit.tolist() == buy
    assert found.long_exit.tolist() == found.short_entry.tolist() == sell


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (
            [{"index": 1, "action": "buy"}, {"index": 1, "action": "sell"}],
            "signal 1 and one before it are about bar 1, a buy and a sell",
        ),
        (None, "returned a NoneType, not a list"),
        ("buy", "returned a str, not a list"),
        ([1, 0], "returned 2 entries for 4 bars"),
        ([], "returned 0 entries for 4 bars"),
        ([0, 0, "byu", 0], "entry 2 is 'byu'"),
        ([0, 2, 0, 0], "entry 1 is 2"),
        ([{"index": 4, "action": "buy"}], "signal 0 has index 4; bars go from 0 to 3"),
        ([{"index": -1, "action": "buy"}], "signal 0 has index -1"),
        ([{"index": True, "action": "buy"}], "signal 0 has index True"),
        ([{"index": 1}], "signal 0 has no 'action'"),
        ([{"action": "buy"}], "signal 0 has neither 'index' nor 'timestamp'"),
        ([{"timestamp": "2024-01-01T01:30", "action": "buy"}], "not the open of a bar"),
        ([{"timestamp": "yesterday", "action": "buy"}], "not the open of a bar"),
        ([{"timestamp": object(), "action": "buy"}], "not the open of a bar"),
        ([[1], 0, 0, 0], r"entry 0 is [1]"),
    ],
)
def test_list_that_cannot_be_read_is_explained(returned, says):
    with pytest.raises(StrategyCodeError) as caught:
        older(returned)

    assert caught.value.code == "E_STRATEGY_RETURN"
    assert caught.value.message.startswith("strategy 'old_one': ")
    assert says in caught.value.message


def test_class_sees_a_frame_indexed_by_utc_opens():
    seen = {}

    def remember(frame):
        seen["frame"] = frame
        return [0] * len(frame)

    older(remember)

    assert list(seen["frame"].columns)[:5] == ["open", "high", "low", "close", "volume"]
    assert seen["frame"].index[1] == pd.Timestamp("2024-01-01T01:00", tz="UTC")


def test_parameters_go_to_the_constructor_as_numbers():
    class WithPeriod:
        def __init__(self, period=5, factor=1.0, name="x"):
            self.settings = (period, factor, name)

        def generate_signals(self, frame):
            assert self.settings == (9, 0.5, "y")
            return [0] * len(frame)

    prepared = prepare(WithPeriod, {"period": "9", "factor": "0.5", "name": "y"})

    prepared.signals(BARS, 1e-11)
    assert prepared.params == {"period": 9, "factor": 0.5, "name": "y"}
    assert prepared.canonical()["params"] == prepared.params
    with pytest.raises(StrategyCodeError, match="length"):
        prepare(WithPeriod, {"length": "9"})
    with pytest.raises(ParameterError, match="Give the class"):
        prepare(WithPeriod(), {"period": "9"})


def test_instance_is_accepted_as_it_is():
    class Plain:
        def generate_signals(self, frame):
            return [0] * len(frame)

    prepared = prepare(Plain())

    assert prepared.warnings == ()
    assert (prepared.rules(), prepared.context, prepared.warmup(BARS)) == ({}, None, 0)


def test_error_in_the_class_names_the_line():
    with pytest.raises(
        StrategyCodeError, match=r"failed at line \d+ of test_older_class.py on 4 bars: KeyError"
    ):
        older(lambda frame: frame["clsoe"])
