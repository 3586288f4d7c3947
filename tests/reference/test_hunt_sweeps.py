"""The hunt through sweeps: it finds nothing where all is well, and says what to look at where it is not."""

import numpy as np
import pytest

from tests.drawn import BySeed, Drawn
from tests.reference import hunt_sweeps
from tests.reference.hunt_sweeps import hunt, hunted_runs, hunted_sweeps, report_sweep, wrong_run
from tests.swept import fills
from tests.swept.fills import Expressed, expressed, run_by
from tests.swept.scores import same
from tests.swept.subjects import drawn_sweep


def test_runs_of_some_seeds_are_the_same() -> None:
    assert hunt(40, 0, 1, hunted_runs) == 0


@pytest.mark.slow
def test_sweeps_of_some_seeds_are_the_same() -> None:
    assert hunt(25, 0, 1, hunted_sweeps) == 0


def without_exit_fees(run: Drawn) -> Expressed:
    """Run with fees that are forgotten where a position ends."""
    right = expressed(run)
    journal = right.journal.copy()
    journal["fee"][journal["reason"] != 0] = 0.0
    return Expressed(right.totals, journal)


def test_a_run_that_differs_is_made_smaller_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(run: Drawn) -> list[str]:
        return fills.compare(run, without_exit_fees)

    monkeypatch.setattr(hunt_sweeps, "wrong_run", wrong)
    seed = next(seed for seed in range(100) if wrong(run_by(seed)))
    said = hunt_sweeps.report_run(seed, run_by(seed), wrong(run_by(seed)))
    assert f"==== run {seed}" in said
    assert "rules {" in said
    assert "long_entry" in said or "short_entry" in said
    assert "fill 1: fee" in said
    assert wrong_run(run_by(seed)) == []


def test_a_sweep_that_differs_is_told_with_all_that_it_was_made_of() -> None:
    sweep = drawn_sweep(BySeed(np.random.default_rng(3)))
    said = report_sweep(3, sweep, ["sharpe of {'fee': 0.0}: 1.0 instead of 2.0"])
    for part in ("==== sweep 3", "strategy ", "axes {", "bars Bars(", "sharpe of"):
        assert part in said


def test_runs_and_sweeps_of_a_seed_repeat_themselves() -> None:
    one, other = (drawn_sweep(BySeed(np.random.default_rng(9))) for _ in range(2))
    assert (one.axes, one.question.rules, one.memory) == (other.axes, other.question.rules, other.memory)
    assert one.bars.checksum == other.bars.checksum
    assert run_by(9).bars.checksum == run_by(9).bars.checksum


@pytest.mark.parametrize(
    ("got", "wanted", "good"),
    [
        (np.nan, None, True),
        (np.nan, 1.0, False),
        (0.0, None, False),
        (1.0 + 0.9e-9, 1.0, True),
        (1.0 + 1.1e-9, 1.0, False),
        (1e-9 * 0.9, 0.0, True),
        (2e12 + 1e3, 2e12, True),
        (2e12 + 3e3, 2e12, False),
        (5, 5, True),
    ],
)
def test_scores_are_the_same_to_nine_digits(got: float, wanted: float | None, good: bool) -> None:
    assert same(got, wanted) == good
