"""What is drawn in a terminal."""

import math

from tradewright.entrypoints.cli.terminal import sparkline


def test_sparkline_runs_from_the_lowest_to_the_highest_block() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"


def test_sparkline_leaves_out_what_has_no_height() -> None:
    assert sparkline([1, 8, math.inf, math.nan, -math.inf, 1.7e308, -1.7e308], 7) == "▁█"


def test_sparkline_of_nothing_is_empty() -> None:
    assert not sparkline([], 10)
    assert not sparkline([math.nan], 10)
