"""The record of trials: counted once, never lost, and damage told."""

import multiprocessing
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.data.trials.drawn_trials import SERIES, piece, sharpes
from tradewright.core.errors import DataError, EnvironmentFaultError, TradewrightError
from tradewright.data.trials.ledger import TrialLedger, Trials
from tradewright.data.trials.moments import Moments
from tradewright.data.trials.scored import Scored

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def ledger(tmp_path: Path) -> TrialLedger:
    return TrialLedger(tmp_path / "home" / "trials.sqlite", patience_s=20.0)


def test_nothing_recorded_is_no_trial_and_makes_no_file(ledger: TrialLedger) -> None:
    assert ledger.trials(SERIES) == Trials()
    assert ledger.record([]) == 0
    assert not ledger.path.parent.exists()


def test_trials_are_counted_with_the_spread_of_their_sharpe_ratios(ledger: TrialLedger) -> None:
    assert ledger.record([piece(0, 400), piece(400, 1_000)]) == 2
    assert ledger.record([piece(1_000, 1_001)]) == 1
    known = sharpes(0, 1_001)
    known = known[~np.isnan(known)]
    found = ledger.trials(SERIES)
    assert (found.count, found.sharpes) == (1_001, known.size)
    assert (found.strategies, found.sweeps) == (1, 1)
    assert found.mean_sharpe == pytest.approx(known.mean(), rel=1e-13)
    assert found.variance_of_sharpe == pytest.approx(known.var(ddof=1), rel=1e-13)
    assert found.best_sharpe == known.max()
    assert found.first is not None
    assert found.last is not None
    assert "2020" < found.first <= found.last
    assert found.last.endswith("Z")


def test_other_series_and_strategies_are_apart(ledger: TrialLedger) -> None:
    ledger.record(
        [
            piece(0, 10),
            piece(0, 20, sweep="b", strategy="rsi"),
            piece(0, 40, sweep="c", series="other"),
            piece(0, 80, sweep="d"),
        ]
    )
    assert (ledger.trials(SERIES).count, ledger.trials(SERIES).strategies) == (110, 2)
    assert ledger.trials(SERIES).sweeps == 3
    assert ledger.trials(SERIES, "hash of ma").count == 90
    assert ledger.trials(SERIES, "hash of rsi").count == 20
    assert ledger.trials("other").count == 40
    assert ledger.trials(SERIES, "hash of none") == Trials()


def test_same_piece_again_changes_nothing(ledger: TrialLedger) -> None:
    ledger.record([piece(0, 100), piece(100, 200)])
    before = ledger.trials(SERIES)
    raw = ledger.path.read_bytes()
    assert ledger.record([piece(0, 100)]) == 0
    assert ledger.record([piece(100, 200), piece(0, 100)]) == 0
    assert ledger.trials(SERIES) == before
    assert ledger.path.read_bytes() == raw


def test_sweep_cut_otherwise_is_counted_once(ledger: TrialLedger) -> None:
    ledger.record([piece(n, n + 100) for n in range(0, 1_000, 100)])
    before = ledger.trials(SERIES)
    assert ledger.record([piece(n, n + 70) for n in range(0, 1_000, 70) if n + 70 <= 1_000]) == 0
    assert ledger.trials(SERIES) == before
    # Covers all: takes their place.
    assert ledger.record([piece(0, 1_500)]) == 1
    assert ledger.trials(SERIES).count == 1_500
    # Reaches beyond: what is in both counts twice, rather than never.
    assert ledger.record([piece(1_400, 1_600)]) == 1
    assert ledger.trials(SERIES).count == 1_700
    assert ledger.record([piece(10, 1_590)]) == 0


def test_order_of_recording_does_not_change_the_last_digit(tmp_path: Path) -> None:
    pieces = [piece(n, n + 37) for n in range(0, 3_700, 37)]
    draw = np.random.default_rng(4)
    found: set[Trials] = set()
    for run in range(4):
        ledger = TrialLedger(tmp_path / f"{run}.sqlite")
        ledger.record([pieces[i] for i in draw.permutation(100)])
        seen = ledger.trials(SERIES)
        found.add(Trials(seen.count, seen.sharpes, seen.mean_sharpe, seen.variance_of_sharpe))
    assert len(found) == 1


def test_pieces_without_a_sharpe_ratio_and_with_one_are_counted(ledger: TrialLedger) -> None:
    ledger.record([piece(0, 1), piece(3, 4)])
    assert ledger.trials(SERIES) == Trials(
        2, strategies=1, sweeps=1, first=ledger.trials(SERIES).first, last=ledger.trials(SERIES).last
    )
    ledger.record([piece(1, 2)])
    found = ledger.trials(SERIES)
    assert (found.count, found.sharpes, found.variance_of_sharpe) == (3, 1, None)
    assert found.mean_sharpe == found.best_sharpe == sharpes(1, 2)[0]


def test_numbers_of_numpy_are_recorded_as_numbers(ledger: TrialLedger) -> None:
    given = piece(0, 9)
    numbers: Any = {"first": np.int64(0), "last": np.int64(9), "count": np.int64(9)}
    fields = {name: getattr(given, name) for name in Scored.__slots__} | numbers
    ledger.record([Scored(**fields)])
    assert ledger.record([given]) == 0
    assert ledger.trials(SERIES).count == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": 5, "last": 5},
        {"first": -1},
        {"count": 101},
        {"sharpes": Moments.of(np.ones(100)), "count": 7},
    ],
)
def test_counts_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    given = piece(0, 100)
    with pytest.raises(ValueError, match="cannot have"):
        Scored(**({name: getattr(given, name) for name in Scored.__slots__} | wrong))


def test_moments_of_parts_are_those_of_the_whole() -> None:
    values = np.random.default_rng(2).normal(1e6, 1e-2, 10_000)
    whole, parts = Moments.of(values), Moments()
    for part in np.split(values, [10, 11, 4_000, 4_000, 9_999]):
        parts += Moments.of(part)
    assert parts.count == 10_000
    assert parts.best == values.max()
    assert parts.mean == pytest.approx(whole.mean, rel=1e-15)
    # The spread is 1e-8 of the mean, so that half of the digits are left for it.
    assert parts.variance == pytest.approx(values.var(ddof=1), rel=1e-6)


# --------------------------------------------------------------------------- damage


def answer(path: Path) -> Trials | str:
    try:
        return TrialLedger(path, patience_s=0.0).trials(SERIES)
    except TradewrightError as error:
        return error.code


@pytest.fixture
def recorded(ledger: TrialLedger) -> TrialLedger:
    ledger.record([piece(n, n + 100) for n in range(0, 6_000, 100)])
    return ledger


def test_changed_bit_anywhere_is_told_or_does_not_matter(recorded: TrialLedger) -> None:
    raw = recorded.path.read_bytes()
    whole = recorded.trials(SERIES)
    told = 0
    for at in range(0, len(raw), 23):
        recorded.path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
        found = answer(recorded.path)
        assert found in {whole, "E_TRIALS_BROKEN", "E_TRIALS_FORMAT", "E_WRITE"}
        told += found != whole
        for log in recorded.path.parent.glob("*-*"):
            log.unlink()
    assert told > len(raw) / 23 / 3  # the rest of it is empty


def test_file_cut_short_is_told_even_when_nothing_is_left(recorded: TrialLedger) -> None:
    raw = recorded.path.read_bytes()
    for share in (0.0, 0.001, 0.2, 0.5, 0.9, 0.999):
        recorded.path.write_bytes(raw[: int(len(raw) * share)])
        assert answer(recorded.path) == "E_TRIALS_BROKEN"
    recorded.path.write_bytes(b"")
    with pytest.raises(DataError) as caught:
        recorded.record([piece(0, 100)])
    assert caught.value.code == "E_TRIALS_BROKEN"
    assert "backup" in caught.value.fix


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM scored WHERE first = 300",
        "UPDATE scored SET count = 7 WHERE first = 300",
        "UPDATE scored SET series = 'other' WHERE first = 300",
        "UPDATE totals SET combinations = combinations - 1",
        "UPDATE totals SET longest = 1",
        "DELETE FROM totals",
        "DROP TABLE scored",
        "PRAGMA application_id = 7",
    ],
)
def test_rows_that_somebody_changed_are_told(recorded: TrialLedger, statement: str) -> None:
    with closing(sqlite3.connect(recorded.path)) as connection, connection:
        connection.execute(statement)
    assert answer(recorded.path) == "E_TRIALS_BROKEN"


def test_ledger_of_a_newer_version_is_refused_and_left_alone(recorded: TrialLedger) -> None:
    with closing(sqlite3.connect(recorded.path)) as connection, connection:
        connection.execute("PRAGMA user_version = 2")
    raw = recorded.path.read_bytes()
    for call in (lambda: recorded.trials(SERIES), lambda: recorded.record([piece(9_000, 9_001)])):
        with pytest.raises(DataError, match="has format 2") as caught:
            call()
        assert caught.value.code == "E_TRIALS_FORMAT"
    assert recorded.path.read_bytes() == raw


def test_file_of_something_else_is_told_and_left_alone(ledger: TrialLedger) -> None:
    ledger.path.parent.mkdir()
    ledger.path.write_text("my notes, in no database at all\n" * 100, encoding="utf-8")
    raw = ledger.path.read_bytes()
    for call in (lambda: ledger.trials(SERIES), lambda: ledger.record([piece(0, 1)])):
        with pytest.raises(DataError) as caught:
            call()
        assert caught.value.code == "E_TRIALS_BROKEN"
    assert ledger.path.read_bytes() == raw


def test_log_whose_file_is_gone_is_told(recorded: TrialLedger) -> None:
    recorded.path.rename(recorded.path.with_name("trials.sqlite-wal"))
    for call in (lambda: recorded.trials(SERIES), lambda: recorded.record([piece(0, 1)])):
        with pytest.raises(DataError, match="its log is there") as caught:
            call()
        assert caught.value.code == "E_TRIALS_BROKEN"


def test_place_that_cannot_be_written_is_an_environment_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here", encoding="utf-8")
    (tmp_path / "trials.sqlite").mkdir()
    for path in (tmp_path / "file" / "trials.sqlite", tmp_path / "trials.sqlite"):
        with pytest.raises(EnvironmentFaultError) as caught:
            TrialLedger(path).record([piece(0, 1)])
        assert caught.value.code == "E_WRITE"


def test_leftovers_of_a_crash_while_the_file_was_made_are_removed(ledger: TrialLedger) -> None:
    ledger.path.parent.mkdir()
    for name in ("trials.sqlite.partial", "trials.sqlite.partial-wal", "trials.sqlite.partial-shm"):
        (ledger.path.parent / name).write_bytes(b"half")
    ledger.record([piece(0, 100)])
    assert ledger.trials(SERIES).count == 100
    assert sorted(p.name for p in ledger.path.parent.iterdir()) == [".trials.sqlite.lock", "trials.sqlite"]


# --------------------------------------------------------------------------- processes


def test_writer_that_does_not_finish_is_told_and_readers_go_on(recorded: TrialLedger) -> None:
    impatient = TrialLedger(recorded.path, patience_s=0.05)
    with closing(sqlite3.connect(recorded.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentFaultError) as caught:
            impatient.record([piece(9_000, 9_001)])
        assert caught.value.code == "E_TRIALS_BUSY"
        assert caught.value.retryable
        assert impatient.trials(SERIES).count == 6_000
        other.execute("ROLLBACK")
    assert impatient.record([piece(9_000, 9_001)]) == 1


_SPAWN = multiprocessing.get_context("spawn")


def _record_many(path: Path, pieces: list[Scored], results: Any) -> None:
    ledger = TrialLedger(path)
    results.put(sum(ledger.record([one]) for one in pieces))


def _together(path: Path, shares: list[list[Scored]]) -> int:
    """Record each share in a process of its own, all at once; return how many pieces were new."""
    results = _SPAWN.Queue()
    target: Callable[..., None] = _record_many
    writers = [_SPAWN.Process(target=target, args=(path, share, results)) for share in shares]
    for writer in writers:
        writer.start()
    new = sum(results.get(timeout=60) for _ in writers)
    for writer in writers:
        writer.join(30)
        assert writer.exitcode == 0
    return new


@pytest.mark.slow
def test_processes_that_record_at_once_lose_nothing_and_count_nothing_twice(ledger: TrialLedger) -> None:
    shared = [piece(n, n + 10, sweep="shared") for n in range(0, 200, 10)]
    own = [[piece(n, n + 10, sweep=f"of {w}") for n in range(0, 200, 10)] for w in range(4)]
    # No file is there yet: they make it at once, too.
    assert _together(ledger.path, [[*mine, *shared] for mine in own]) == 5 * 20
    found = ledger.trials(SERIES)
    assert (found.count, found.sweeps) == (5 * 200, 5)


KILLED = """
import sys
from tests.unit.data.trials.drawn_trials import piece
from tradewright.data.trials.ledger import TrialLedger

ledger = TrialLedger(sys.argv[1])
print("begun", flush=True)
for first in range(0, 100_000, 10):
    if ledger.record([piece(first, first + 10)]):
        print(first, flush=True)
"""


@pytest.mark.slow
def test_writer_killed_again_and_again_loses_nothing_that_was_recorded(ledger: TrialLedger) -> None:
    draw = np.random.default_rng(5)
    said = 0
    for _ in range(25):
        command = [sys.executable, "-c", KILLED, str(ledger.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0.0, 0.2))
            process.send_signal(signal.SIGKILL)
            said += len(process.stdout.read().split("\n")[:-1])
        # At most the last one of each run was recorded and not said.
        count = ledger.trials(SERIES).count
        assert 10 * said <= count <= 10 * (said + 1)
        said = count // 10
    assert said > 25
    assert ledger.record([piece(n, n + 10) for n in range(0, 10 * said, 10)]) == 0
    assert ledger.record([piece(10 * said, 10 * said + 10)]) == 1
    known = sharpes(0, 10 * said + 10)
    assert ledger.trials(SERIES).variance_of_sharpe == pytest.approx(np.nanvar(known, ddof=1), rel=1e-12)
