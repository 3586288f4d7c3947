"""Worker processes that die, get stuck or are interrupted, and what cannot be sent to them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract import executor_work as doing
from tests.contract.executor_work import Delivery, prepare
from tradewright.compute import sending
from tradewright.compute.executor import Work
from tradewright.compute.processes import ProcessExecutor
from tradewright.core.errors import CancelledError, EnvironmentFaultError, InputError

ROOT = Path(__file__).resolve().parents[3]
CUBES = [(n, n**3) for n in range(20)]


@pytest.fixture
def executor() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(2) as one:
        yield one


@pytest.fixture
def payload(tmp_path: Path) -> Delivery:
    return Delivery(tmp_path)


def alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(pids: set[int]) -> bool:
    """Wait until none of the processes runs; False when some still do after a generous while."""
    for _ in range(300):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def begun(folder: Path) -> set[int]:
    """Wait until pieces were begun, and return the processes that did."""
    payload = Delivery(folder)
    for _ in range(600):
        if payload.noted("begun"):
            return set(payload.noted("begun"))
        time.sleep(0.1)
    raise AssertionError("nothing was begun")


def test_killed_worker_changes_no_result(executor: ProcessExecutor, payload: Delivery) -> None:
    found = sorted(executor.results(Work(prepare, doing.deadly, payload), range(20)))
    assert found == CUBES
    prepared = payload.noted("prepared")
    assert (payload.folder / "killed").exists()
    # Those that were started, and the one that took the place of the dead.
    assert 2 <= len(prepared) == len(set(prepared)) <= 3
    assert payload.noted("unpacked") == prepared


def test_worker_killed_between_runs_is_replaced(executor: ProcessExecutor, payload: Delivery) -> None:
    work = Work(prepare, doing.paced, payload)
    assert sorted(executor.results(work, range(20))) == CUBES
    for pid in set(payload.noted("begun")):
        os.kill(pid, signal.SIGKILL)
    assert sorted(executor.results(work, range(20))) == CUBES


def test_piece_that_kills_every_worker_is_given_up(executor: ProcessExecutor, payload: Delivery) -> None:
    with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_DIED.*3 worker.*signal 9") as raised:
        list(executor.results(Work(prepare, doing.mortal, payload), range(20)))
    assert raised.value.details["deaths"] == ["signal 9"] * 3


@pytest.mark.slow
def test_stuck_worker_is_ended_and_its_piece_done_by_another(payload: Delivery) -> None:
    with ProcessExecutor(2, timeout_s=5) as executor:
        assert sorted(executor.results(Work(prepare, doing.frozen, payload), range(20))) == CUBES
    assert not alive(int((payload.folder / "stopped").read_text(encoding="utf-8")))


@pytest.mark.slow
def test_long_piece_that_shows_life_is_waited_for(payload: Delivery) -> None:
    with ProcessExecutor(1, timeout_s=4) as executor:
        assert list(executor.results(Work(prepare, doing.lengthy, payload), [6.0])) == [(0, 6.0)]
    assert len(payload.noted("prepared")) == 1


def test_closed_executor_leaves_no_process(payload: Delivery) -> None:
    executor = ProcessExecutor(2)
    list(executor.results(Work(prepare, doing.paced, payload), range(8)))
    assert all(alive(pid) for pid in payload.noted("begun"))
    executor.close()
    assert not any(alive(pid) for pid in payload.noted("begun"))


def test_executor_closed_under_a_run_ends_the_run(payload: Delivery) -> None:
    executor = ProcessExecutor(2)
    results = executor.results(Work(prepare, doing.paced, payload), range(10_000))
    next(results)
    executor.close()
    with pytest.raises(CancelledError, match="closed"):
        list(results)
    assert gone(set(payload.noted("begun")))


def test_forgotten_executor_leaves_no_process(payload: Delivery) -> None:
    executor = ProcessExecutor(1)
    list(executor.results(Work(prepare, doing.paced, payload), range(2)))
    del executor
    assert gone(set(payload.noted("begun")))


def test_error_that_cannot_be_sent_is_told_in_words(executor: ProcessExecutor, payload: Delivery) -> None:
    with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_ERROR.*StubbornError: cannot be"):
        list(executor.results(Work(prepare, doing.stubborn, payload), range(3)))


def test_error_says_where_in_the_worker_it_was_raised(executor: ProcessExecutor, payload: Delivery) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        list(executor.results(Work(prepare, doing.wrong, payload), range(9)))
    assert "1 // (piece - 5)" in raised.value.__notes__[-1]


def test_piece_that_leaves_the_interpreter_is_an_error(executor: ProcessExecutor, payload: Delivery) -> None:
    with pytest.raises(SystemExit) as raised:
        list(executor.results(Work(prepare, doing.leaving, payload), range(3)))
    assert raised.value.args == (7,)


def test_result_that_cannot_be_sent_is_an_error(executor: ProcessExecutor, payload: Delivery) -> None:
    with pytest.raises(TypeError, match="cannot pickle"):
        list(executor.results(Work(prepare, doing.unsendable, payload), range(3)))


@pytest.mark.parametrize("part", ["payload", "piece"])
def test_what_cannot_be_sent_is_said_before_it_is_sent(executor: ProcessExecutor, part: str) -> None:
    lock: Any = threading.Lock()
    work = Work(prepare, doing.cubed, lock if part == "payload" else None)
    with pytest.raises(InputError, match=r"E_COMPUTE_SEND.*threads"):
        list(executor.results(work, [lock]))


def test_prints_of_a_piece_go_to_standard_error(
    executor: ProcessExecutor, payload: Delivery, capfd: pytest.CaptureFixture[str]
) -> None:
    assert list(executor.results(Work(prepare, doing.printing, payload), [4])) == [(0, 4)]
    out, err = capfd.readouterr()
    assert out == ""
    assert "said by a piece\nand by what it calls\n" in err


def test_workers_compute_in_one_thread_each(executor: ProcessExecutor, payload: Delivery) -> None:
    names = ["NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"]
    found = dict(executor.results(Work(prepare, doing.environment, payload), names))
    assert found == {0: "1", 1: "1", 2: "1"}
    assert "NUMBA_NUM_THREADS" not in os.environ


def test_worker_that_does_not_start_says_so(payload: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT)])  # without the packages
    work = Work(prepare, doing.cubed, payload)
    with (
        ProcessExecutor(1) as executor,
        pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_START.*code 1"),
    ):
        list(executor.results(work, [1]))


# A script as users write it: no guard around its start, its functions in itself.
SCRIPT = """
import sys
from pathlib import Path
from tests.contract.executor_work import Delivery, patient, prepare
from tradewright.compute.by_url import executor_at
from tradewright.compute.executor import Work

def doubled(state, piece):
    return piece * 2

executor = executor_at(sys.argv[1])
folder = Path(sys.argv[2])
print(sorted(executor.results(Work(prepare, doubled, Delivery(folder)), range(3))), flush=True)
if sys.argv[3:]:
    list(executor.results(Work(prepare, patient, Delivery(folder)), range(8)))
"""


def started(folder: Path, url: str, *words: str) -> "subprocess.Popen[str]":
    script = folder / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), url, str(folder), *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_script_without_a_guard_runs_its_own_functions(tmp_path: Path) -> None:
    pytest.importorskip(sending.BY_VALUE)
    out, err = started(tmp_path, "processes:2").communicate()
    assert (out, err) == ("[(0, 0), (1, 2), (2, 4)]\n", "")


def test_own_functions_of_a_script_without_the_extra_are_refused_with_a_fix(
    executor: ProcessExecutor, payload: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, sending.BY_VALUE, None)
    here = type("Here", (), {"__module__": "__main__", "__qualname__": "Here"})
    monkeypatch.setattr(sys.modules["__main__"], "Here", here, raising=False)
    with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_READ.*Here.*cloudpickle"):
        list(executor.results(Work(prepare, doing.cubed, payload), [here()]))


@pytest.mark.parametrize("url", ["threads:2", "processes:2"])
def test_interrupted_script_ends_with_all_its_workers(tmp_path: Path, url: str) -> None:
    script = started(tmp_path, url, "wait")
    workers = begun(tmp_path)
    script.send_signal(signal.SIGINT)
    _, err = script.communicate()
    assert script.returncode == -signal.SIGINT
    assert err.count("KeyboardInterrupt") == 1
    assert gone(workers)


def test_workers_of_a_killed_script_end(tmp_path: Path) -> None:
    script = started(tmp_path, "processes:2", "wait")
    workers = begun(tmp_path)
    script.kill()
    script.communicate()
    assert gone(workers)
