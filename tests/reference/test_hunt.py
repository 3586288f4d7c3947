"""The hunt: drawn runs on which the engines agree, and what is said of runs on which they do not."""

import dataclasses
import math

import numpy as np
import pytest

from tests.drawn import Drawn
from tests.reference import Outcome
from tests.reference.hunt import beside_levels, by_reference, compare, drawn_by, report
from tests.reference.same import differences
from tests.reference.smaller import smaller

SOME = range(300)


def a_run_with_trades() -> Drawn:
    return next(run for run in map(drawn_by, SOME) if len(by_reference(run).trades) > 2)


def with_fill(outcome: Outcome, **changes: float) -> Outcome:
    fills = [dataclasses.replace(outcome.fills[0], **changes), *outcome.fills[1:]]
    return dataclasses.replace(outcome, fills=fills)


@pytest.mark.parametrize("beside", [False, True])
def test_engines_agree_on_drawn_runs(beside: bool) -> None:
    for seed in SOME:
        run = drawn_by(seed, beside=beside)
        assert not compare(run), report(run)


def test_drawn_by_repeats_itself() -> None:
    one, other = drawn_by(7), drawn_by(7)
    assert one.rules == other.rules
    assert one.bars.close.tobytes() == other.bars.close.tobytes()
    assert by_reference(one) == by_reference(other) or any(map(math.isnan, by_reference(one).equity))


def test_differences_see_the_last_bit_of_a_fill() -> None:
    outcome = by_reference(a_run_with_trades())
    price = math.nextafter(outcome.fills[0].price, math.inf)
    assert differences(with_fill(outcome, price=price), outcome) == ["fill 0: price"]
    assert differences(outcome, outcome) == []


def test_differences_bear_rounding_in_equity_and_nothing_more() -> None:
    outcome = by_reference(a_run_with_trades())
    for factor, found in [(1 + 1e-14, 0), (1 + 1e-10, 1)]:
        equity = [value * factor for value in outcome.equity]
        assert len(differences(dataclasses.replace(outcome, equity=equity), outcome)) == found


def test_differences_see_counters_and_missing_trades() -> None:
    outcome = by_reference(a_run_with_trades())
    counters = {**outcome.counters, "capped": outcome.counters["capped"] + 1}
    wrong = dataclasses.replace(outcome, counters=counters, trades=outcome.trades[1:])
    found = differences(wrong, outcome)
    assert any(text.startswith("counter capped") for text in found)
    assert any(text.startswith(f"{len(outcome.trades) - 1} trades instead") for text in found)


def test_an_engine_that_raises_differs() -> None:
    def broken(run: Drawn) -> Outcome:
        raise ZeroDivisionError("no")

    assert compare(a_run_with_trades(), broken) == ["ZeroDivisionError: no"]


def test_smaller_keeps_the_difference_and_drops_the_rest() -> None:
    def differs(run: Drawn) -> bool:
        return len(by_reference(run).trades) > 0

    run = a_run_with_trades()
    small = smaller(run, differs)
    assert differs(small)
    assert len(small.bars) <= min(len(run.bars), 4)
    assert len(by_reference(small).trades) == 1


def test_beside_levels_moves_prices_to_levels() -> None:
    run = a_run_with_trades()
    moved = beside_levels(
        run._replace(surroundings=dataclasses.replace(run.surroundings, finer=None)), np.random.default_rng(1)
    )
    assert len(moved.bars) == len(run.bars)
    assert np.all(moved.bars.high >= moved.bars.low)
