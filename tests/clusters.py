"""A Dask scheduler and its workers, each a process of its own, for tests that need the real thing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client
from distributed.security import Security

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_S = 120


class Cluster:
    """A scheduler on a free local port. Everything stops at the end of :func:`cluster`.

    Attributes
    ----------
    address
        Of the scheduler.
    scheduler
        Its process.
    workers
        Processes of the workers, one thread each.
    """

    def __init__(self, folder: Path, *options: str, security: Security | None = None) -> None:
        self._folder, self._options, self._security = folder, options, security
        protocol = "tls" if security else "tcp"
        self.workers: list[subprocess.Popen[bytes]] = []
        described = folder / "scheduler.json"
        self.scheduler = self._start(
            "dask_scheduler",
            "--host",
            f"{protocol}://127.0.0.1",
            "--port",
            "0",
            "--scheduler-file",
            described,
        )
        self.address = str(_written(described, self.scheduler)["address"])

    def add_worker(self) -> "subprocess.Popen[bytes]":
        """Start one more worker; it joins when it is ready."""
        where = self._folder / f"worker-{len(self.workers)}"
        worker = self._start(
            "dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--local-directory", where
        )
        self.workers.append(worker)
        return worker

    def wait_for(self, workers: int) -> None:
        """Wait until so many workers have joined."""
        with Client(self.address, set_as_default=False, security=self._security) as client:
            client.wait_for_workers(workers, timeout=_PATIENCE_S)

    def stop(self) -> None:
        """Kill all processes and wait until they are gone."""
        processes = [*self.workers, self.scheduler]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    def _start(self, program: str, *words: str | Path) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{program}.log").open("ab") as log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    f"distributed.cli.{program}",
                    "--no-dashboard",
                    *words,
                    *self._options,
                ],
                cwd=self._folder,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )


@contextmanager
def cluster(folder: Path, workers: int, *options: str, security: Security | None = None) -> Iterator[Cluster]:
    """Run a cluster with so many workers; `options` go to the scheduler and to each worker."""
    one = Cluster(folder, *options, security=security)
    try:
        for _ in range(workers):
            one.add_worker()
        if workers:
            one.wait_for(workers)
        yield one
    finally:
        one.stop()


def freeze(process: "subprocess.Popen[bytes]") -> None:
    """Stop a process as if its machine hung; the kernel still takes what is sent to it."""
    process.send_signal(signal.SIGSTOP)


def _written(path: Path, process: "subprocess.Popen[bytes]") -> dict[str, object]:
    """Wait for the file in which a scheduler says where it is."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text(encoding="utf-8")).endswith("}"):
            return json.loads(text)
        assert process.poll() is None, (path.parent / "dask_scheduler.log").read_text(encoding="utf-8")
        time.sleep(0.05)
    raise AssertionError("the scheduler does not start")
