from typing import Any

import pytest

from bench.contestants.sweeps import (
    SHOWN_BRACKETS,
    SHOWN_PAIRS,
    SHOWN_RULES,
    Found,
    every_bracket,
    every_pair,
    every_rule,
    one_by_one,
)
from bench.sweeping import Line, duration, table


def answered(median: float, done: int, size: int = 10_000) -> dict[str, Any]:
    return {
        "median_s": median,
        "first_s": median + 0.5,
        "runs": 3,
        "peak_mb": 150.2,
        "size": size,
        "done": done,
        "equity": [917_129.517, 5.0],
        "trades": [383, 2],
    }


def test_table_sweep_of_a_part_is_scaled_to_all_combinations():
    lines = [
        Line("tradewright", 50_000, answered(0.25, 10_000)),
        Line("slow", 50_000, answered(2.0, 10)),
        Line("other", 50_000, {"reason": "closes only"}),
    ]

    heads, ours, slow, other = table(lines, [(10, 50), (0.5, 1)], "/ ours")

    assert heads.split()[-2:] == ["10/50", "0.5/1"]
    assert " ".join(ours.split()) == "tradewright 250 ms 1.0 3 10,000 0.5 750 ms 150 MB 917,129.52 5.00"
    assert " ".join(slow.split()) == (
        "slow 33 min 8,000.0 3 10 of 10,000 4e+03 33 min 150 MB 917,129.52 5.00"
    )
    assert other == "  other: closes only"


def test_table_without_the_first_line_has_no_ratios():
    lines = [Line("tradewright", 10, {"reason": "not yet"}), Line("peer", 10, answered(1.5, 10_000))]

    _, peer, ours = table(lines, [], "/ ours")

    assert peer.split()[:4] == ["peer", "1.50", "s", "-"]
    assert ours == "  tradewright: not yet"


@pytest.mark.parametrize(("value", "said"), [(0.0123, "12.3 ms"), (59.9, "59.90 s"), (7_300, "2.0 h")])
def test_duration_is_in_a_unit_that_says_something(value: float, said: str):
    assert duration(value) == said


def test_combinations_are_as_many_as_the_workloads_say_and_hold_what_is_shown():
    assert len(every_pair(142)) == 10_011
    assert len(every_pair(1_503)) == 1_000_482
    assert len(every_bracket()) == 100
    assert len(every_rule(100_000)) == 100_000
    assert set(SHOWN_PAIRS) <= set(every_pair(142))
    assert set(SHOWN_BRACKETS) <= set(every_bracket())
    for size in (100_000, 1_000_000):
        assert set(SHOWN_RULES) <= set(every_rule(size))


def test_one_by_one_runs_what_is_shown_first_and_others_from_all_over():
    ran: list[tuple[int, int]] = []

    def run(fast: int, slow: int) -> Found:
        ran.append((fast, slow))
        return Found(fast + slow / 1_000, fast)

    swept = one_by_one(every_pair(142), SHOWN_PAIRS, 5, run)()

    assert (swept.done, swept.size, swept.trades) == (5, 10_011, [10, 50, 70])
    assert swept.equity == [10.05, 50.1, 70.14]
    assert ran[:3] == list(SHOWN_PAIRS)
    # A quarter and three quarters through the list: of the windows from 5 on, 141 pairs begin with the first,
    # 140 with the second; after 18 windows there are 2,385 of them, after 70 windows 7,455.
    assert [fast for fast, _ in ran[3:]] == [5 + 18, 5 + 70]
