"""The decorator behind every compiled function, and numba's setting that it borrows."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import numba
import pytest
from numba.core import config

from tradewright.kernels import kernel


def test_kernels_made_in_threads_borrow_the_cache_folder_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard, inside, most = Lock(), [0], [0]

    def slow_njit(**_settings: Any) -> Callable[[Any], Any]:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.02)  # long enough for every other thread to come in, were it let
        with guard:
            inside[0] -= 1
        return lambda function: function

    monkeypatch.setattr(numba, "njit", slow_njit)
    before = config.CACHE_DIR
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(kernel, [len] * 8))

    assert made == [len] * 8
    assert most == [1]
    assert before == config.CACHE_DIR
