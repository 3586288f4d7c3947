"""Work on a real Dask cluster whose processes are killed, frozen, late or not there."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed.security import Security

from tests.clusters import ROOT, Cluster, cluster, freeze
from tests.contract import executor_work as doing
from tests.contract.executor_work import Delivery, prepare
from tradewright.compute.by_url import executor_at
from tradewright.compute.dask import delivery
from tradewright.compute.executor import Executor, Work
from tradewright.core.errors import CancelledError, EnvironmentFaultError, InputError

pytestmark = pytest.mark.slow
CUBES = [(n, n**3) for n in range(60)]


@pytest.fixture
def payload(tmp_path: Path) -> Delivery:
    folder = tmp_path / "notes"
    folder.mkdir()
    return Delivery(folder)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path, 2) as one:
        yield one


@pytest.fixture
def executor(running: Cluster) -> Iterator[Executor]:
    with executor_at(f"{running.address}?timeout=6") as one:
        yield one


def once_per_worker(payload: Delivery) -> int:
    """Return how many processes the payload went to, after a look that it went to each of them once."""
    unpacked = payload.noted("unpacked")
    assert len(set(unpacked)) == len(unpacked)
    assert payload.noted("prepared") == unpacked
    return len(unpacked)


def test_worker_killed_in_the_middle_changes_no_result(
    running: Cluster, executor: Executor, payload: Delivery
) -> None:
    results = executor.results(Work(prepare, doing.paced, payload), range(60))
    found = [next(results) for _ in range(8)]
    running.workers[0].kill()
    found += list(results)
    assert sorted(found) == CUBES
    assert once_per_worker(payload) == 2
    # What the dead one had begun was begun again, and nothing else.
    assert 60 <= len(payload.noted("begun")) <= 60 + 2 * 3


def test_piece_that_kills_its_worker_once_is_done_by_another(executor: Executor, payload: Delivery) -> None:
    assert sorted(executor.results(Work(prepare, doing.deadly, payload), range(60))) == CUBES
    assert (payload.folder / "killed").exists()
    assert once_per_worker(payload) == 2


def test_piece_that_kills_every_worker_is_given_up(tmp_path: Path, payload: Delivery) -> None:
    with cluster(tmp_path, 5) as running, executor_at(running.address) as executor:
        with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_DIED.*127\.0\.0\.1") as raised:
            list(executor.results(Work(prepare, doing.mortal, payload), range(60)))
        assert raised.value.details["address"] == running.address


def test_worker_that_joins_late_gets_the_work_too(running: Cluster, payload: Delivery) -> None:
    with executor_at(running.address) as executor:
        results = executor.results(Work(prepare, doing.paced, payload), range(100_000))
        next(results)
        running.add_worker()
        while len(payload.noted("prepared")) < 3:
            next(results)
        while executor.workers < 3:
            next(results)
        results.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    assert once_per_worker(payload) == 3


def test_frozen_worker_is_taken_off_and_its_pieces_done_by_others(
    running: Cluster, executor: Executor, payload: Delivery
) -> None:
    results = executor.results(Work(prepare, doing.paced, payload), range(60))
    found = [next(results) for _ in range(8)]
    freeze(running.workers[0])
    assert sorted(found + list(results)) == CUBES
    assert once_per_worker(payload) == 2


def test_cluster_whose_only_worker_is_frozen_is_given_up(tmp_path: Path, payload: Delivery) -> None:
    with cluster(tmp_path, 1) as running, executor_at(f"{running.address}?timeout=5") as executor:
        results = executor.results(Work(prepare, doing.paced, payload), range(60))
        next(results)
        freeze(running.workers[0])
        with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_WORKERS.*for 5 s.*dask worker") as raised:
            list(results)
        assert raised.value.details["address"] == running.address


def test_frozen_scheduler_is_given_up(running: Cluster, executor: Executor, payload: Delivery) -> None:
    results = executor.results(Work(prepare, doing.paced, payload), range(10_000))
    next(results)
    freeze(running.scheduler)
    with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_SILENT.*has not answered") as raised:
        list(results)
    assert raised.value.details["address"] == running.address


def test_killed_scheduler_is_told(running: Cluster, executor: Executor, payload: Delivery) -> None:
    results = executor.results(Work(prepare, doing.paced, payload), range(10_000))
    next(results)
    running.scheduler.kill()
    with pytest.raises(EnvironmentFaultError, match="E_COMPUTE_LOST") as raised:
        list(results)
    assert raised.value.retryable


def test_long_piece_on_a_worker_that_lives_is_waited_for(executor: Executor, payload: Delivery) -> None:
    work = Work(prepare, doing.lengthy, payload)
    assert list(executor.results(work, [14.0])) == [(0, 14.0)]
    assert payload.noted("prepared") == payload.noted("unpacked")


def test_no_scheduler_says_where_and_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_CONNECT.*dask scheduler") as raised:
            executor_at(f"{address}?timeout=5")
    assert raised.value.details["address"] == address


def test_port_that_takes_calls_and_says_nothing_is_no_scheduler() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_CONNECT.*within 5 s"):
            executor_at(f"{address}?timeout=5")


def test_scheduler_without_workers_says_how_to_start_one(tmp_path: Path) -> None:
    with (
        cluster(tmp_path, 0) as running,
        pytest.raises(EnvironmentFaultError, match=f"E_COMPUTE_WORKERS.*dask worker {running.address}"),
    ):
        executor_at(f"{running.address}?timeout=5")


def test_worker_that_comes_a_little_later_is_waited_for(tmp_path: Path, payload: Delivery) -> None:
    with cluster(tmp_path, 0) as running:
        running.add_worker()
        with executor_at(running.address) as executor:
            assert executor.workers == 1
            assert sorted(executor.results(Work(prepare, doing.cubed, payload), range(60))) == CUBES


def test_other_versions_on_a_worker_are_refused(
    executor: Executor, payload: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = delivery.versions() | {"numpy": "1.0"}
    monkeypatch.setattr(delivery, "versions", lambda: here)
    with pytest.raises(EnvironmentFaultError, match=r"E_COMPUTE_VERSION.*numpy .* instead of 1\.0"):
        list(executor.results(Work(prepare, doing.cubed, payload), range(3)))


def test_what_cannot_be_sent_is_said_before_it_is_sent(executor: Executor) -> None:
    with pytest.raises(InputError, match="E_COMPUTE_SEND"):
        list(executor.results(Work(prepare, doing.cubed, threading.Lock()), [1]))


def test_closed_executor_takes_its_work_back(running: Cluster, payload: Delivery) -> None:
    with executor_at(running.address) as executor:
        results = executor.results(Work(prepare, doing.patient, payload), range(8))
        threading.Thread(target=_quietly_next, args=(results,), daemon=True).start()
        while not payload.noted("begun"):
            time.sleep(0.05)
    # The workers are free: nobody holds them in pieces that nobody wants.
    with executor_at(running.address) as executor:
        assert sorted(executor.results(Work(prepare, doing.cubed, payload), range(60))) == CUBES


def _quietly_next(results: Iterator[object]) -> None:
    try:
        next(results)
    except (CancelledError, EnvironmentFaultError):
        return  # told by the worker, or by the executor that was closed: whoever was first


INTERRUPTED = """
import sys
from pathlib import Path
from tests.contract.executor_work import Delivery, patient, prepare
from tradewright.compute.by_url import executor_at
from tradewright.compute.executor import Work

with executor_at(sys.argv[1]) as executor:
    list(executor.results(Work(prepare, patient, Delivery(Path(sys.argv[2]))), range(8)))
"""


def test_interrupted_caller_leaves_the_cluster_free(running: Cluster, payload: Delivery) -> None:
    caller = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, running.address, str(payload.folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    while not payload.noted("begun"):
        assert caller.poll() is None
        time.sleep(0.05)
    caller.send_signal(signal.SIGINT)
    _, err = caller.communicate()
    assert (caller.returncode, err.count(b"KeyboardInterrupt")) == (-signal.SIGINT, 1)
    with executor_at(running.address) as executor:
        assert sorted(executor.results(Work(prepare, doing.cubed, payload), range(60))) == CUBES


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """A certificate that vouches for itself, for whoever has its key."""
    paths = {"cert": str(tmp_path / "cert.pem"), "key": str(tmp_path / "key.pem")}
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", paths["cert"], "-keyout", paths["key"]),
        ],
        check=True,
        capture_output=True,
    )
    return {"ca": paths["cert"], **paths}


def test_cluster_behind_certificates_takes_those_who_have_one(
    tmp_path: Path, payload: Delivery, certificate: dict[str, str]
) -> None:
    ca, cert, key = certificate["ca"], certificate["cert"], certificate["key"]
    options = ("--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key)
    security = Security(require_encryption=True, tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key)
    with cluster(tmp_path, 1, *options, security=security) as running:
        assert running.address.startswith("tls://")
        with executor_at(f"{running.address}?ca={ca}&cert={cert}&key={key}") as executor:
            assert sorted(executor.results(Work(prepare, doing.cubed, payload), range(60))) == CUBES
            url = executor.url
        with executor_at(url) as executor:
            assert executor.workers == 1
        with pytest.raises(EnvironmentFaultError, match="E_COMPUTE_CONNECT"):
            executor_at(f"{running.address}?timeout=5")
