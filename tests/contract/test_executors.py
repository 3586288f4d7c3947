"""What every executor promises, written once and run against each of them."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.clusters import cluster
from tests.contract.executor_work import (
    Delivery,
    cubed,
    opposite,
    paced,
    patient,
    prepare,
    sized,
    unknown,
    unready,
    wrong,
)
from tradewright.compute.by_url import executor_at
from tradewright.compute.executor import Executor, Work
from tradewright.core.errors import CancelledError, UnknownNameError
from tradewright.core.hooks import installed

EXECUTORS = ["threads:3", "threads:1", "processes:2", "a Dask cluster"]


@pytest.fixture(params=EXECUTORS, scope="module")
def executor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executor]:
    with ExitStack() as stack:
        url = request.param
        if url == "a Dask cluster":
            running = stack.enter_context(cluster(tmp_path_factory.mktemp("cluster"), 2))
            url = running.address
        yield stack.enter_context(executor_at(url))


@pytest.fixture
def payload(tmp_path: Path) -> Delivery:
    return Delivery(tmp_path)


class Stopping:
    """Hooks of a user who wants to stop as soon as `when` says so."""

    def __init__(self, when: Callable[[], bool]) -> None:
        self.when = when
        self.asked = 0

    def progress(self, done: int, total: int, message: str) -> None:
        raise AssertionError(f"progress is for whoever counts pieces: {done} of {total} {message}")

    def cancelled(self) -> bool:
        self.asked += 1
        return self.when()


class Counted(Sequence[int]):
    """A million pieces that are made when they are asked for."""

    def __init__(self) -> None:
        self.made = 0
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, position: Any) -> Any:
        with self._turn:
            self.made += 1
        return position


@pytest.mark.parametrize("count", [0, 1, 2, 57])
def test_results_of_any_number_of_pieces_come_once_each(executor: Executor, payload: Delivery, count: int):
    found = list(executor.results(Work(prepare, cubed, payload), range(10, 10 + count)))
    assert sorted(found) == [(position, (10 + position) ** 3) for position in range(count)]


def test_results_of_large_pieces_come_whole(executor: Executor, payload: Delivery) -> None:
    pieces = [bytes([number]) * 3_000_000 + b"!" for number in range(6)]
    found = dict(executor.results(Work(prepare, sized, payload), pieces))
    assert found == {position: piece[::-1] for position, piece in enumerate(pieces)}


def test_payload_of_one_work_is_prepared_once_in_each_process(executor: Executor, payload: Delivery) -> None:
    work = Work(prepare, paced, payload)
    for _ in range(3):
        assert len(list(executor.results(work, range(12)))) == 12
    prepared, unpacked = payload.noted("prepared"), payload.noted("unpacked")
    assert 1 <= len(prepared) <= executor.workers
    assert len(set(prepared)) == len(prepared)
    assert set(payload.noted("begun")) == set(prepared)
    assert unpacked in ([], prepared)


def test_other_work_on_the_same_executor_has_its_own_state(executor: Executor, tmp_path: Path) -> None:
    for number in (2, 3, 2):
        work = Work(prepare, cubed, Delivery(tmp_path, number))
        assert sorted(executor.results(work, range(5))) == [(n, n**number) for n in range(5)]


def test_runs_at_the_same_time_do_not_mix(executor: Executor, payload: Delivery) -> None:
    first = executor.results(Work(prepare, cubed, payload), range(20))
    second = executor.results(Work(prepare, opposite, payload), range(20))
    found = [pair for both in zip(first, second, strict=True) for pair in both]
    assert sorted(found[::2]) == [(n, n**3) for n in range(20)]
    assert sorted(found[1::2]) == [(n, -n) for n in range(20)]


def test_pieces_are_made_when_their_turn_comes(executor: Executor, payload: Delivery) -> None:
    pieces = Counted()
    results = executor.results(Work(prepare, cubed, payload), pieces)
    for _ in range(5):
        next(results)
    results.close()  # pyright: ignore[reportAttributeAccessIssue] - all are generators
    assert pieces.made < 200


def test_closed_iterator_begins_nothing_more(executor: Executor, payload: Delivery) -> None:
    results = executor.results(Work(prepare, paced, payload), range(10_000))
    next(results)
    results.close()  # pyright: ignore[reportAttributeAccessIssue] - all are generators
    begun = settled(payload)
    time.sleep(0.3)
    assert len(payload.noted("begun")) == begun < 200


def settled(payload: Delivery) -> int:
    """Return how many pieces were begun, once those that were on their way have begun."""
    before = -1
    while before != (now := len(payload.noted("begun"))):
        before = now
        time.sleep(0.3)
    return now


def test_cancelled_run_ends_though_its_pieces_never_would(executor: Executor, payload: Delivery) -> None:
    hooks = Stopping(lambda: len(payload.noted("begun")) > 0)
    with installed(hooks), pytest.raises(CancelledError):
        list(executor.results(Work(prepare, patient, payload), range(8)))
    # All workers are free again, and take other work.
    assert len(list(executor.results(Work(prepare, cubed, payload), range(20)))) == 20


def test_hooks_are_asked_while_nothing_comes(executor: Executor, payload: Delivery) -> None:
    hooks = Stopping(lambda: hooks.asked > 5)
    with installed(hooks), pytest.raises(CancelledError):
        list(executor.results(Work(prepare, patient, payload), range(8)))
    assert hooks.asked == 6


def test_error_of_a_piece_is_raised_as_it_is(executor: Executor, payload: Delivery) -> None:
    with pytest.raises(UnknownNameError, match="unknown parameter 'fats'") as raised:
        list(executor.results(Work(prepare, unknown, payload), range(5)))
    assert (raised.value.code, raised.value.exit_code) == ("E_PARAM", 2)
    assert raised.value.details["nearest"] == ["fast"]
    assert raised.value.fix == "Did you mean 'fast'?"


def test_error_of_one_piece_among_many_ends_the_run(executor: Executor, payload: Delivery) -> None:
    with pytest.raises(ZeroDivisionError, match="division"):
        list(executor.results(Work(prepare, wrong, payload), range(40)))
    assert len(list(executor.results(Work(prepare, cubed, payload), range(5)))) == 5


def test_error_while_preparing_is_raised_as_it_is(executor: Executor, payload: Delivery) -> None:
    with pytest.raises(ZeroDivisionError, match="not prepared"):
        list(executor.results(Work(unready, cubed, payload), range(5)))


def test_url_of_an_executor_makes_another_like_it(executor: Executor, payload: Delivery) -> None:
    with executor_at(executor.url) as other:
        assert (type(other), other.url, other.workers) == (type(executor), executor.url, executor.workers)
        assert sorted(other.results(Work(prepare, cubed, payload), range(3))) == [(0, 0), (1, 1), (2, 8)]


def test_closing_twice_does_nothing(executor: Executor) -> None:
    other = executor_at(executor.url)
    other.close()
    other.close()
