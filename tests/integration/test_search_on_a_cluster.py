"""A search whose combinations are scored by a real Dask cluster, one of whose workers is killed."""

from pathlib import Path

import pytest

import tradewright as tw
from tests.clusters import cluster
from tradewright.core.hooks import SilentHooks, installed

pytestmark = pytest.mark.slow
ASKED = {
    "space": {"fast": "5..30", "stop_loss": "1.0..4.0atr"},
    "params": {"slow": 40},
    "trials": 120,
    "seed": 3,
}


def test_search_comes_to_the_same_though_a_worker_dies(tmp_path: Path) -> None:
    bars = tw.sample("GOOG")
    here = tw.optimize("ma_crossover", bars, executor="threads:1", **ASKED)
    with cluster(tmp_path, 2) as running:

        class Killing(SilentHooks):
            def progress(self, done: int, total: int, message: str) -> None:  # noqa: ARG002 - the hook's shape
                if done > total // 3:
                    running.workers[0].kill()

        with installed(Killing()):
            there = tw.optimize("ma_crossover", bars, executor=running.address, **ASKED)
        assert running.workers[0].wait(30) == -9
    assert there.to_polars().equals(here.to_polars())
    assert there.best == here.best
