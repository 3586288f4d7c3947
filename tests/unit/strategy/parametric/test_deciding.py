"""What rows of a document decide in words is what each decides read and run by itself."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import block, document, on, price, walking_bars, when
from tests.drawn import BySeed
from tests.swept.subjects import built_in, drawn_document, on_hours
from tradewright.core.bars import Bars
from tradewright.core.errors import TradewrightError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.types import Signals
from tradewright.kernels.bits import packed, unpacked, words_for
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.parametric.deciding.bank import Bank, BankFullError
from tradewright.strategy.parametric.deciding.decisions import deciding, distinct_decisions
from tradewright.strategy.parametric.document import ParametricDocument
from tradewright.strategy.plan import Constant, Percentage, PriceColumn

ROLES = ("long_entry", "long_exit", "short_entry", "short_exit")
HOURS = walking_bars(200)
Decided = dict[int, dict[str, Any]]


def in_words(raw: Any, axes: Any, index: Any, direction: Any, bars: Bars, tolerance: float) -> Decided:
    """Return what each row decides, worked out for all at once."""
    bank, found = Bank(bars, 64), {}
    for bound in ParametricDocument(raw, {}, axes, direction).bind(index):
        distinct = distinct_decisions(bound)
        decisions = np.full((distinct.first.size, 4, words_for(len(bars))), 7, np.uint64)
        deciding(bound, distinct.first, bank, tolerance).fill(0, distinct.first.size, decisions)
        for row, number in zip(bound.rows.tolist(), distinct.of.tolist(), strict=True):
            flags = [unpacked(words, len(bars)) for words in decisions[number]]
            found[row] = dict(zip(ROLES, flags, strict=True))
    return found


def by_itself(raw: Any, values: Any, direction: Any, bars: Bars, tolerance: float) -> Signals | None:
    """Return the signals of one row, None where it is refused."""
    try:
        return DocumentStrategy.read(raw, values, direction).signals(bars, tolerance)
    except TradewrightError:
        return None


def check(raw: Any, axes: Any, index: Any, direction: Any, bars: Bars, tolerance: float = 1e-11) -> int:
    """Compare the rows that can be; return how many."""
    count = len(next(iter(index.values())))
    values = [{name: axes[name][index[name][row]] for name in axes} for row in range(count)]
    alone = [by_itself(raw, one, direction, bars, tolerance) for one in values]
    kept = np.array([row for row in range(count) if alone[row] is not None], np.int64)
    if not kept.size:
        return 0
    part = {name: at[kept] for name, at in index.items()}
    together = in_words(raw, axes, part, direction, bars, tolerance)
    assert sorted(together) == list(range(kept.size))
    for at, row in enumerate(kept.tolist()):
        for role in ROLES:
            wanted = getattr(alone[row], role)
            wanted = np.zeros(len(bars), np.bool_) if wanted is None else wanted
            assert together[at][role].tolist() == wanted.tolist(), (values[row], role)
    return kept.size


@given(st.integers(0, 2**32 - 1))
def test_drawn_documents_decide_in_words_as_by_themselves(seed: int) -> None:
    source = BySeed(np.random.default_rng(seed))
    raw, axes = source.pick([built_in, drawn_document, drawn_document, on_hours])(source)
    axes = axes or {"unused": [0]}
    raw.setdefault("parameters", {}).setdefault(next(iter(axes)), {"type": "int", "default": 0})
    bars = walking_bars(source.pick([1, 2, 63, 64, 65, 129, 300]), seed=seed % 50)
    index = {name: source.random.integers(0, len(values), 6) for name, values in axes.items()}
    tolerance = source.pick([1e-11, 0.0, 1e-6])
    check(raw, axes, index, source.pick([None, "long", "short", "both"]), bars, tolerance)


def crossing(column: Any) -> dict[str, Any]:
    """A document that compares with a column in every way that has a tie in it."""
    other = price("open", shift={"parameter": "back"})
    return document(
        block(when(price("close"), ">=", other), when(price("close"), "!=", column)),
        block(when(column, "<", price("close"), within_last={"parameter": "back"}), role="longExit"),
        block(when(price("close"), "crosses_below", column), role="shortEntry"),
        block(when(price("close"), "outside", [column, 99.0]), role="shortExit"),
        parameters={"back": {"type": "int", "default": 1}},
    )


@pytest.mark.parametrize("percent", [1.0, 1e300, -1e300, 1e308, -1e308])
def test_columns_with_infinities_decide_as_by_themselves(percent: float) -> None:
    column = {"percent": percent, "of": {"percent": 10_000.0, "of": price("high")}}
    index = {"back": np.arange(3)}
    with np.errstate(over="ignore", invalid="ignore"):
        assert check(crossing(column), {"back": [1, 2, 5]}, index, "both", HOURS) == 3


def test_rows_that_decide_alike_are_worked_out_once() -> None:
    raw = document(
        block(on("rsi", "<", {"parameter": "level"}, period={"parameter": "m"})),
        parameters={"level": {"type": "float", "default": 1}, "m": {"type": "int", "default": 5}},
    )
    axes = {"level": [30.0, 40.0, 30.0], "m": [5, 9]}
    index = {"level": np.array([0, 1, 2, 0, 2]), "m": np.array([0, 0, 0, 1, 1])}
    (bound,) = ParametricDocument(raw, {}, axes, None).bind(index)
    distinct = distinct_decisions(bound)
    assert distinct.first.size == 3
    assert distinct.of[0] == distinct.of[2]
    assert distinct.of[3] == distinct.of[4]


@pytest.mark.parametrize("name", ["withinLast", "for_last"])
def test_rows_that_look_back_differently_are_told_apart(name: str) -> None:
    condition = when(price("close"), ">", price("open"), **{name: {"parameter": "back"}})
    raw = document(block(condition), parameters={"back": {"type": "int", "default": 1}})
    index = {"back": np.arange(4)}
    assert check(raw, {"back": [1, 2, 3, 70]}, index, None, HOURS) == 4


# ------------------------------------------------------------------ the bank


def test_columns_and_numbers_stay_in_the_row_where_they_are_made() -> None:
    bank = Bank(HOURS, 2, 2)
    close, open_, half = PriceColumn("close"), PriceColumn("open"), Constant(0.5)
    assert bank.rows_of([close, half, open_, Constant(2.0), close]).tolist() == [0, -1, 1, -2, 0]
    assert bank.rows_of([open_]).tolist() == [1]
    assert bank.used == 2
    assert bank.values_of(close).tolist() == HOURS.close.tolist()
    assert bank.values_of(half).tolist() == [0.5] * len(HOURS)
    assert np.isnan(bank.columns[:, len(HOURS) :]).all()
    assert np.array_equal(bank.known[0], packed(np.ones(len(HOURS), np.bool_)))


def test_what_does_not_fit_is_refused_and_what_is_there_stays() -> None:
    bank = Bank(HOURS, 1, 1)
    bank.rows_of([PriceColumn("close"), Constant(1.0)])
    for operand in (PriceColumn("open"), Constant(2.0)):
        with pytest.raises(BankFullError):
            bank.rows_of([operand])
    assert bank.rows_of([PriceColumn("close"), Constant(1.0)]).tolist() == [0, -1]


def test_a_column_is_unknown_where_it_has_no_value_and_infinities_are_remembered() -> None:
    bars = Bars(
        NS_PER_DAY * np.arange(70),
        dict.fromkeys(("open", "high", "low", "close"), np.full(70, 100.0)),
        timeframe="1d",
        instrument="TEST",
    )
    bank = Bank(bars, 4)
    late, plain = PriceColumn("close", shift=3), PriceColumn("close")
    with np.errstate(over="ignore"):
        bank.rows_of([late, plain, Percentage(1e308, Percentage(1e6, plain))])
    assert unpacked(bank.known[0], 70).tolist() == [False] * 3 + [True] * 67
    assert bank.infinite == {2}
