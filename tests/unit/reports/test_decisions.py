"""What strategies decide, in words a reader understands without the document."""

import pytest

import tradewright as tw
from tests.documents import GOLD
from tests.unit.reports.runs import finished, walk
from tradewright.reports.decisions import decisions

CLOSE = {"price": "close"}
RSI = {"module": "rsi", "parameters": {"period": 14, "source": "close"}, "output": "rsi"}


def said(*members: dict, match: object = "all") -> str:
    block = {"role": "longEntry", "match": match, "subConfirmations": list(members)}
    return decisions({"decisionBlocks": [block]})["Long entry"]


def condition(operand: object, operator: str, value: object = None, **more: int) -> dict:
    config = {"operator": operator, **({} if value is None else {"value": value}), **more}
    return {"operand": operand, "config": config}


def test_moving_averages_are_read_back():
    assert decisions(finished().manifest["strategy"]) == {
        "Long entry": "sma(20) crosses above sma(50)",
        "Long exit": "sma(20) crosses below sma(50)",
    }


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (condition(RSI, ">", 30.0), "rsi(14) > 30"),
        (condition(CLOSE, "rising", forLast=3), "close rising for the last 3 bars"),
        (condition(RSI, "between", [30.0, 70.5]), "rsi(14) between 30 and 70.5"),
        (condition(CLOSE, "<=", {"percent": 99.5, "of": RSI}), "close <= 99.5 % of rsi(14)"),
        (condition({**CLOSE, "shift": 1}, ">", CLOSE), "close 1 bar ago > close"),
        (condition({**RSI, "timeframe": "1d", "shift": 2}, "<", 5), "rsi(14) on 1d 2 bars ago < 5"),
        (condition({**RSI, "output": "signal"}, "is", "bullish"), "rsi(14) signal is bullish"),
        (condition(RSI, "<", 5, withinLast=2), "rsi(14) < 5 within the last 2 bars"),
        (
            condition({**RSI, "parameters": {"period": 3, "source": "high"}}, "==", 1.0),
            "rsi(3, high) == 1",
        ),
    ],
)
def test_condition_is_read_back(member, words):
    assert said(member) == words


def test_groups_are_read_back_with_how_they_combine():
    one, other = condition(RSI, "<", 30), condition(CLOSE, "falling")
    inner = {"match": "any", "subConfirmations": [one, other]}
    assert said(one, inner) == "rsi(14) < 30 and (rsi(14) < 30 or close falling)"
    assert said(one, other, match="none") == "not (rsi(14) < 30 or close falling)"
    assert said(one, other, match={"atLeast": 1}) == "at least 1 of: rsi(14) < 30; close falling"


@pytest.mark.parametrize("strategy", [card["id"] for card in tw.list_strategies()])
def test_every_built_in_strategy_is_read_back(strategy):
    found = decisions(tw.backtest(strategy, tw.sample("IBM")).manifest["strategy"])
    assert "Long entry" in found
    assert not any("{" in words or "_above" in words for words in found.values())


def test_document_with_everything_is_read_back():
    run = tw.backtest(GOLD, walk(2_000))
    assert len(decisions(run.manifest["strategy"])) == len(run.manifest["strategy"]["decisionBlocks"])


def test_python_code_is_named_with_its_hash():
    found = decisions({"python": "mine.py:Cross", "source": "ab" * 32, "params": {}, "rules": {}})
    assert found == {"Code": "mine.py:Cross, SHA-256 abababababababab…"}
