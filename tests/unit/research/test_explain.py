"""Explanations of trades worked out by hand: what is told, by which rule, with which number."""

import numpy as np
import pytest

from tests.factories import make_bars, make_rules, make_signals
from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.simulate import simulate
from tradewright.engine.types import ACCOUNT_EVENT, DIVIDEND, FUNDING, SPLIT, Surroundings
from tradewright.research.explanation.explain import explain
from tradewright.research.explanation.record import Record

FIRST = np.datetime64("2020-01-01", "ns").astype(np.int64)
QUIET = (100, 101, 99, 100)
STOPPED_OUT = (
    "Trade 1 of 1: long 10 TEST, 2020-01-02 to 2020-01-03, stop loss, -23.49 USD (-2.35 %)",
    (
        "2020-01-02  The bar of 2020-01-01 closed at 100, and that close decided a long entry: "
        "a market order for the next open. [2.5, 3.3]"
    ),
    (
        "2020-01-02  Bought 10 TEST at 100.15 in the bar of 2020-01-02 (open 100, high 101, low 99, "
        "close 100). The market order met the open, 100. The price: 100 + 0.1 slippage + 0.05 half "
        "spread = 100.15. Fee: 0.1 % of 1,001.50 = 1.00 USD. [3.3, 4.1]"
    ),
    "2020-01-02  The size is fixed: 10 units. [5.1]",
    "2020-01-02  Levels: stop at 98.147 (2 %). [3.7, 4.2]",
    (
        "2020-01-03  Sold all 10 TEST at 97.9989 in the bar of 2020-01-03 (open 100, high 102, low 97, "
        "close 99): stop loss. The stop at 98.147 was reached inside the bar by its low of 97: it filled "
        "at 98.147. The price: 98.147 - 0.098147 slippage - 0.05 half spread = 97.9989. Fee: 0.1 % of "
        "979.99 = 0.98 USD. [3.5, 4.1]"
    ),
    (
        "2020-01-03  Result: 979.99 sold - 1,001.50 bought - 1.98 fees = -23.49 USD. That is -2.35 % of "
        "the 1,001.50 entered. Held for 1 bar. At worst it stood -2.15 % from the average entry, at "
        "97.9989, at best 0.85 %, at 101. [5.5, 5.6]"
    ),
)


def told(rows, number=1, *, signals=None, surroundings=None, instrument=None, volume=None, **rules):
    """Explain a trade of a run that enters long at the first close."""
    bars = make_bars(rows, **(instrument or {}))
    if volume is not None:
        columns = {**bars.columns, "volume": np.array(volume, np.float64)}
        bars = Bars(bars.time, columns, timeframe="1d", instrument=bars.instrument)
    decided = make_signals(len(bars), **(signals or {"long_entry": [0]}))
    terms = make_rules(**{"sizing": {"kind": "quantity", "value": 10}, **rules})
    around = surroundings or Surroundings()
    simulation = simulate(bars, decided, terms, 0, around)
    return explain(Record(bars, terms, decided, simulation, around), number)


def the_step(told_trade, part):
    found = [step for step in told_trade.steps if part in step.text]
    assert len(found) == 1, str(told_trade)
    return found[0]


def test_stop_inside_a_bar_is_told_from_decision_to_result():
    trade = told([QUIET, QUIET, (100, 102, 97, 99)], stop_loss=2, fee=0.001, slippage=0.001, half_spread=0.05)

    assert str(trade) == "\n  ".join(STOPPED_OUT)


def test_gap_through_the_stop_fills_at_the_open():
    trade = told([QUIET, QUIET, (95, 96, 94, 95)], stop_loss=2)

    step = the_step(trade, "stop loss")
    assert "The open of 95 was beyond the stop at 98: it filled at the open." in step.text
    assert step.rules == ("3.2", "4.1")
    assert step.numbers["level"] == 98.0
    assert step.numbers["price"] == 95.0


@pytest.mark.parametrize(
    ("intrabar", "filled", "other", "words"),
    [
        (
            "pessimistic",
            98.0,
            104.0,
            "against the position first. The other reading would have met the target",
        ),
        ("optimistic", 104.0, 98.0, "with the position first. The other reading would have met the stop"),
        (
            "path",
            98.0,
            104.0,
            "the low is nearer to the open, so it came first. The other reading would have",
        ),
    ],
)
def test_ambiguous_bar_says_what_the_other_reading_gives(intrabar, filled, other, words):
    rows = [QUIET, QUIET, (100, 105, 97, 100)]
    trade = told(rows, stop_loss=2, take_profit=4, intrabar=intrabar)

    step = the_step(trade, "The bar is ambiguous")
    assert words in step.text
    assert step.numbers["other"] == other
    assert step.rules == ("3.5", "6.3")
    fill = next(step for step in trade.steps if step.numbers.get("reason") in {"stop_loss", "take_profit"})
    assert fill.numbers["price"] == filled
    # The other reading does give that.
    turned = "pessimistic" if intrabar == "optimistic" else "optimistic"
    again = told(rows, stop_loss=2, take_profit=4, intrabar=turned)
    assert (
        next(s for s in again.steps if s.numbers.get("reason") in {"stop_loss", "take_profit"}).numbers[
            "price"
        ]
        == other
    )


def test_limit_order_and_its_maker_fill():
    trade = told(
        [QUIET, (100, 101, 97, 100), QUIET],
        entry={"kind": "limit", "offset": 2, "lifetime": 3},
        fee=0.01,
        maker_fee=0.001,
        slippage=0.1,
    )

    decided = the_step(trade, "a limit order at 98 (2 % away), resting for 3 bars.")
    assert decided.rules == ("2.5", "3.3")
    filled = the_step(
        trade, "The limit order at 98 was reached inside the bar by its low of 97: it filled at 98."
    )
    assert "A maker fills at the price itself, 98. Fee: 0.1 % of 980.00 = 0.98 USD." in filled.text
    assert filled.rules == ("3.5", "4.1")


def test_partial_targets_break_even_and_what_they_leave():
    rows = [QUIET, QUIET, (100, 103, 99.5, 102), (102, 103, 99, 100)]
    trade = told(rows, stop_loss=5, take_profit=[{"value": 2, "share": 0.4}], break_even=2)

    assert "target at 102 (2 %) for 40 %" in the_step(trade, "Levels:").text
    assert "Sold 4 of 10 TEST at 102" in the_step(trade, "take profit").text
    moved = the_step(trade, "far enough for break-even: from the next bar on the stop stood at 100.")
    assert moved.rules == ("3.7",)
    assert (
        "The stop at 100 (break-even) was reached inside the bar by its low of 99"
        in the_step(trade, "Sold all 6").text
    )
    assert trade.steps[-1].numbers["pnl"] == 8.0


def test_trailing_stop_names_the_price_that_it_followed():
    rows = [QUIET, QUIET, (101, 110, 101, 109), (109, 109.5, 100, 101)]
    trade = told(rows, trailing=5)

    text = the_step(trade, "trailing stop. ").text
    assert (
        "The trailing stop at 104.5 (the highest price that it followed was 110) was reached inside" in text
    )


def test_payments_and_splits_are_told_with_how_they_came():
    events = np.array(
        [
            (FIRST + 2 * NS_PER_DAY, FUNDING, 0.001),
            (FIRST + 2 * NS_PER_DAY, DIVIDEND, 0.5),
            (FIRST + 3 * NS_PER_DAY, SPLIT, 2.0),
        ],
        ACCOUNT_EVENT,
    )
    rows = [QUIET, QUIET, QUIET, (50, 51, 49, 50), (50, 51, 49, 50)]
    trade = told(rows, surroundings=Surroundings(events=events))

    assert "Funding of 0.1 % on 10 long at the open of 100, worth 1,000.00 USD: -1.00 USD." in str(trade)
    assert "A dividend of 0.5 a unit, received on 10: +5.00 USD." in str(trade)
    assert "A split, 2 new for 1: 10 became 20, and the entry price, 100," in str(trade)
    assert (
        "0.00 sold - 1,000.00 bought + 1,000.00 still held at the last close of 50 + 4.00 carried = +4.00 USD"
        in str(trade)
    )
    assert trade.title.endswith("still open, +4.00 USD (0.40 %)")


def test_amounts_in_another_currency_say_the_rate_and_the_multiplier():
    rows = [QUIET, QUIET, QUIET, (100, 101, 99, 100)]
    events = np.array([(FIRST + 2 * NS_PER_DAY, FUNDING, 0.001)], ACCOUNT_EVENT)
    rate = np.full(4, 0.8)
    around = Surroundings(rate_open=rate, rate_close=rate, events=events)
    trade = told(
        rows,
        surroundings=around,
        instrument={"multiplier": 5},
        currency="EUR",
        fee=0.001,
        sizing={"kind": "quantity", "value": 2},
    )

    # 2 * 100 * 5 * 0.8 = 800, and 0.1 % of it is 0.80.
    bought = the_step(trade, "Bought 2 TEST").text
    assert "2 at 100, times 5 a point, at 0.8 EUR for 1 USD, came to 800.00 EUR." in bought
    assert "Fee: 0.1 % of 800.00 = 0.80 EUR" in bought
    assert "at the open of 100, times 5 a point, at 0.8 EUR for 1 USD, worth 800.00 EUR: -0.80 EUR." in str(
        trade
    )
    assert "800.00 still held at the last close of 100, times 5 a point, at 0.8 EUR for 1 USD" in str(trade)


def test_risk_size_says_what_is_at_risk_and_the_cap():
    trade = told([QUIET, QUIET, QUIET], sizing={"kind": "risk", "value": 0.05}, stop_loss=2)

    step = the_step(
        trade,
        "At risk is 5.00 % of the equity of 10,000.00 USD, 500.00: over 2 to the stop at 98 that is 250.",
    )
    assert "More than leverage 1 pays for: capped at 100." in step.text
    assert step.numbers["capped"] is True
    assert step.numbers["wanted"] == 250.0


def test_number_that_no_trade_has_is_refused_with_the_range():
    with pytest.raises(InputError, match=r"E_TRADE: there is no trade 2\. Choose one from 1 to 1\."):
        told([QUIET, QUIET], 2)
    with pytest.raises(InputError, match="The run made no trades"):
        told([QUIET], 1)


def test_data_says_the_same_to_the_last_digit():
    data = told([QUIET, QUIET, (95, 96, 94, 95)], stop_loss=2).to_dict()

    assert data["trade"] == 1
    assert data["steps"][-1]["rules"] == ["5.5", "5.6"]
    assert data["steps"][-1]["numbers"]["pnl"] == -50.0
    assert data["steps"][0]["time"] == "2020-01-02T00:00:00Z"


def test_volume_that_cuts_an_entry_is_told_with_what_was_left():
    trade = told([QUIET, QUIET, QUIET], instrument={"lot": 0.5}, participation=0.1, volume=[70, 33, 90])

    step = the_step(
        trade, "The bar's volume of 33 lets 10.00 % of it fill, all fills together: 3 did, the rest waited."
    )
    assert step.rules == ("5.1", "4.3")
    rest = the_step(trade, "Of the same order 3 had filled before; this is 7 units of what was left.")
    assert rest.numbers["filled_before"] == 3.0


def test_record_wins_where_the_rules_come_to_something_else():
    bars, decided = make_bars([QUIET, QUIET, (100, 101, 90, 95)]), make_signals(3, long_entry=[0])
    size = {"kind": "quantity", "value": 10}
    simulation = simulate(bars, decided, make_rules(stop_loss=5, sizing=size))
    other = make_rules(stop_loss=2, take_profit=1, sizing={"kind": "quantity", "value": 7})

    trade = explain(Record(bars, other, decided, simulation), 1)

    assert "The size was 10 units." in str(trade)
    assert "Levels: stop at 95." in str(trade)
    assert "The stop at 95 was reached inside the bar by its low of 90" in str(trade)
    assert "98" not in str(trade)
    assert "ambiguous" not in str(trade)
