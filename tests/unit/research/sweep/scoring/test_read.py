"""Columns of rules in little memory: every row in one portion, and what it reads stays what it was."""

import numpy as np
import pytest

import tradewright as tw
from tradewright.core.instrument import Instrument
from tradewright.library.warming import synthetic_bars
from tradewright.research.sweep.rule_rows import RuleRows
from tradewright.research.sweep.scoring.decided import Decided
from tradewright.research.sweep.scoring.read import columns_read, portions, renumbered

STOPS = [2.0, *(f"{height}atr({period})" for period in range(5, 25) for height in (1, 2))]
TARGETS = [None, 3.0, "2atr(7)", "3atr(30)"]


class Nothing:
    def fill(self, *_):
        raise AssertionError("nothing is decided here")


def decided():
    axes = {"stop_loss": STOPS, "take_profit": TARGETS}
    grid = np.indices((len(STOPS), len(TARGETS))).reshape(2, -1)
    base = {"direction": "both"}
    rules = RuleRows(base, {(name,): name for name in axes}, axes, Instrument("TEST"))
    table = rules.table(dict(zip(axes, grid, strict=True)))
    rows = np.arange(grid.shape[1])
    return Decided(rows + 100, rows % 3, 3, Nothing(), table, {})


def reads_of(part, row):
    return columns_read(part.rules.terms[[part.rules.which[row]]])


@pytest.mark.parametrize("most", [1, 2, 3, 5, 12, 22, 1000])
def test_every_row_is_in_one_portion_that_reads_few_columns(most):
    whole = decided()
    of = dict(zip(whole.rows.tolist(), whole.of.tolist(), strict=True))
    rules = dict(zip(whole.rows.tolist(), whole.rules.which.tolist(), strict=True))
    found = []
    for part in portions(whole, most):
        alone = max(len(reads_of(part, row)) for row in range(part.rows.size))
        read = columns_read(part.rules.terms[np.unique(part.rules.which)])
        assert read.size <= max(most, alone)
        assert [of[row] for row in part.rows.tolist()] == part.of.tolist()
        assert [rules[row] for row in part.rows.tolist()] == part.rules.which.tolist()
        found.extend(part.rows.tolist())
    assert sorted(found) == whole.rows.tolist()


def test_renumbered_rules_read_the_same_columns():
    for part in portions(decided(), 4):
        read = columns_read(part.rules.terms[np.unique(part.rules.which)])
        moved = renumbered(part.rules.terms, read)
        for which in np.unique(part.rules.which):
            before, after = columns_read(part.rules.terms[[which]]), columns_read(moved[[which]])
            assert read[after].tolist() == before.tolist()


def test_scores_in_little_memory_are_the_same():
    bars = synthetic_bars(20_000)
    asked = {"grid": {"stop_loss": STOPS, "take_profit": TARGETS, "fast": [5, 10]}, "executor": "threads:1"}
    plenty = tw.sweep("ma_crossover", bars, **asked)
    short = tw.sweep("ma_crossover", bars, **asked, memory="25MB")
    assert short.result_hash == plenty.result_hash
