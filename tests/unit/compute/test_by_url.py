"""Which executor a URL names, and what is said about one that names none."""

import os
import sys

import pytest

from tradewright.compute.by_url import executor_at
from tradewright.compute.processes import ProcessExecutor
from tradewright.compute.threads import ThreadExecutor
from tradewright.core.errors import EnvironmentFaultError, InputError


@pytest.mark.parametrize("url", [None, "", "threads", " Threads "])
def test_no_url_is_a_thread_for_each_cpu(url: str | None) -> None:
    executor = executor_at(url)
    assert isinstance(executor, ThreadExecutor)
    assert executor.workers == len(os.sched_getaffinity(0))
    assert executor.url == f"threads:{executor.workers}"


@pytest.mark.parametrize("url", ["processes:3", "processes:3?timeout=5"])
def test_processes_have_their_number(url: str) -> None:
    with executor_at(url) as executor:
        assert isinstance(executor, ProcessExecutor)
        assert (executor.workers, executor.url) == (3, url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("thread:4", "Did you mean 'threads'"),
        ("dask://host:8786", "unknown kind of executor 'dask'"),
        ("localhost:8786", "unknown kind of executor 'localhost'"),
        ("threads:0", "from 1 to 4096"),
        ("threads:-2", "from 1 to 4096"),
        ("threads:", "from 1 to 4096"),
        ("threads:²", "from 1 to 4096"),
        ("threads:4?timeout=9", "unknown option 'timeout'"),
        ("processes:2?timeuot=9", "Did you mean 'timeout'"),
        ("processes:2?timeout", "joined by '&'"),
        ("processes:2?timeout=soon", "at least 5"),
        ("processes:2?timeout=nan", "at least 5"),
        ("processes:2?timeout=inf", "at least 5"),
        ("processes:2?timeout=1", "at least 5"),
        ("tcp://host", "a host and a port"),
        ("tcp:host:8786", "a host and a port"),
        ("tcp://host:port", "a host and a port"),
        ("tcp://:8786", "a host and a port"),
        ("tcp://[::1:8786", "a host and a port"),
        ("tcp://host:8786/path", "a host and a port"),
        ("tcp://me:secret@host:8786", "a host and a port"),
        ("tcp://host:8786?ca=ca.pem", "unknown option 'ca'"),
    ],
)
def test_url_that_names_none_says_what_one_looks_like(url: str, said: str) -> None:
    with pytest.raises(InputError, match="E_COMPUTE_URL") as raised:
        executor_at(url)
    assert said in str(raised.value)


def test_cluster_without_the_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentFaultError, match=r"E_EXTRA.*tradewright\[dask\]"):
        executor_at("tcp://127.0.0.1:8786")
