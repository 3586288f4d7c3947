"""The short side of a document: what turns round, what reflects, and what has no mirror."""

import pytest

from tests.documents import block, document, entering, group, on, price, when
from tradewright.core.errors import DocumentError
from tradewright.strategy.document_strategy import DocumentStrategy

BANDS = {"module": "bollinger"}


def canonical_block(raw, role, direction="both"):
    plan = DocumentStrategy.read(raw, None, direction)
    return [found for found in plan.canonical()["decisionBlocks"] if found["role"] == role]


@pytest.mark.parametrize(
    ("long", "short"),
    [
        (on("rsi", "<", 30), on("rsi", ">", 70)),
        (on("rsi", ">=", 55, source="high"), on("rsi", "<=", 45, source="low")),
        (on("rsi", "crosses_above", 20), on("rsi", "crosses_below", 80)),
        (on("rsi", "between", [20, 40]), on("rsi", "between", [60, 80])),
        (on("rsi", "outside", [20, 90]), on("rsi", "outside", [10, 80])),
        (on("rsi", "==", 30), on("rsi", "==", 70)),
        (on("rsi", "rising", forLast=3), on("rsi", "falling", forLast=3)),
        (
            on("rsi", ">", {"module": "rsi", "params": {"period": 3}}),
            on("rsi", "<", {"module": "rsi", "params": {"period": 3}}),
        ),
        (
            on("macd", ">", {"module": "macd", "output": "signal"}),
            on("macd", "<", {"module": "macd", "output": "signal"}),
        ),
        (on("macd", ">", 0.5, output="histogram"), on("macd", "<", -0.5, output="histogram")),
        (on("sma", "crosses_above", {"module": "ema"}), on("sma", "crosses_below", {"module": "ema"})),
        (
            on("sma", ">", price("high", shift=1), source="low"),
            on("sma", "<", price("low", shift=1), source="high"),
        ),
        (
            when(price("close"), "<", {**BANDS, "output": "lower"}),
            when(price("close"), ">", {**BANDS, "output": "upper"}),
        ),
        (
            when(price("low"), "between", [{**BANDS, "output": "lower"}, {**BANDS, "output": "middle"}]),
            when(price("high"), "between", [{**BANDS, "output": "middle"}, {**BANDS, "output": "upper"}]),
        ),
        (
            when(price("close"), "<", {"percentBelow": 2, "of": price("open")}),
            when(price("close"), ">", {"percentAbove": 2, "of": price("open")}),
        ),
        (on("market_structure_shift", "is", "bullish"), on("market_structure_shift", "is", "bearish")),
        (on("market_structure_shift", "is_not", "none"), on("market_structure_shift", "is_not", "none")),
        (on("adx", ">", 25, output="plus_di"), on("adx", ">", 25, output="minus_di")),
        (on("adx", "rising", output="minus_di"), on("adx", "rising", output="plus_di")),
        (
            on("adx", "crosses_above", {"module": "adx", "output": "minus_di"}, output="plus_di"),
            on("adx", "crosses_above", {"module": "adx", "output": "plus_di"}, output="minus_di"),
        ),
        (
            group("none", on("rsi", ">", 60), on("roc", "<", 1)),
            group("none", on("rsi", "<", 40), on("roc", ">", -1)),
        ),
    ],
)
def test_long_condition_mirrors_to_the_short_one(long, short):
    written = document(block(short, role="shortEntry"))

    assert canonical_block(entering(long), "shortEntry") == canonical_block(written, "shortEntry", "short")
    # And back: what is asked for long of a short document.
    back = entering(short, marketContext={"direction": "Short"})
    assert canonical_block(back, "longEntry", "long") == canonical_block(entering(long), "longEntry", "long")


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (on("adx", ">", 25), "adx.adx has no short side"),
        (on("atr", "rising"), "atr.atr has no short side"),
        (on("relative_volume", ">", 2), "relative_volume"),
        (when(price("volume"), ">", 5), "volume has no short side"),
        (on("sma", ">", price("volume"), source="volume"), "sma of volume"),
        (when(price("close"), ">", 100), "fixed number 100"),
        (when(price("close"), ">", {"module": "rsi"}), "different ways"),
        (on("rsi", ">", {"percent": 90, "of": {"module": "rsi"}}), "90 %"),
        (when(price("close"), ">", {"percent": 250, "of": price("open")}), "250 %"),
        (on("rsi", ">", {"module": "zscore"}), "different ways"),
    ],
)
def test_condition_without_a_mirror_says_so(condition, says):
    with pytest.raises(DocumentError, match="E_MIRROR") as caught:
        DocumentStrategy.read(entering(condition, marketContext={"direction": "Both"}))

    assert caught.value.details["path"] == "decisionBlocks[0].subConfirmations[0]"
    assert says in caught.value.message
    assert "role 'filter'" in caught.value.fix
    assert DocumentStrategy.read(entering(condition)).plan.direction == "long"


def test_both_mirrors_entries_and_exits_and_leaves_the_filter():
    raw = document(
        block(on("rsi", "<", 30)),
        block(on("rsi", ">", 60), role="longExit"),
        block(on("adx", ">", 20), role="filter"),
        marketContext={"direction": "Both"},
    )

    strategy = DocumentStrategy.read(raw)

    assert set(strategy.plan.nodes) == {"long_entry", "long_exit", "short_entry", "short_exit", "filter"}
    assert strategy.rules()["direction"] == "both"
    assert strategy.plan.nodes["short_exit"].operator == "<"
    assert strategy.plan.nodes["short_exit"].right[0].value == 40


def test_given_short_blocks_are_not_mirrored():
    raw = document(
        block(on("adx", ">", 20)),
        block(on("rsi", ">", 80), role="shortEntry"),
        marketContext={"direction": "Both"},
    )

    assert set(DocumentStrategy.read(raw).plan.nodes) == {"long_entry", "short_entry"}


def test_direction_of_the_run_replaces_the_documents():
    raw = entering(on("rsi", "<", 30), marketContext={"direction": "Long"})

    short = DocumentStrategy.read(raw, None, "short")

    assert set(short.plan.nodes) == {"short_entry"}
    assert short.rules()["direction"] == "short"
    assert short.canonical()["marketContext"]["direction"] == "Short"
    assert DocumentStrategy.read(short.canonical()).canonical() == short.canonical()
