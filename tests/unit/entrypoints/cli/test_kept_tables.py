"""Kept runs in tables: what gives way where room is short, and what never does."""

import io

import pytest
from rich.console import Console

from tradewright.entrypoints.cli.kept.compare import short_labels
from tradewright.entrypoints.cli.kept.shelf import print_cards
from tradewright.library.runs.card import RunCard

CARD = RunCard(
    fingerprint="0123456789ab" + 52 * "c",
    kept="2026-01-02T03:04:05Z",
    names=("breakout-with-a-trailing-stop-v12",),
    strategy="donchian_breakout",
    symbol="GOOG",
    timeframe="1d",
    start="2010-01-01",
    last_bar="2013-01-01",
    total_return=12345.6789,
    max_drawdown=0.4567,
    sharpe=1.23,
    trades=12_345,
)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_list_with_a_long_name_keeps_fingerprint_and_numbers_whole(width: int) -> None:
    page = io.StringIO()
    print_cards(Console(file=page, width=width), [CARD])
    lines = page.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert "…" not in page.getvalue()
    cells = lines[1].split()
    assert cells[0] == "01234567"
    assert {"+1234567.89%", "12,345"} <= set(cells)
    where = lines[0].index("Name")
    stop = lines[0].index("What")
    assert "".join(line[where:stop].strip() for line in lines[1:]) == CARD.names[0]


def test_labels_are_cut_where_they_stay_apart() -> None:
    assert short_labels(["quick", "0123456789ab"]) == ["quick", "01234567"]
    assert short_labels(["momentum-lookback-9", "slow"]) == ["momentum-loo", "slow"]


@pytest.mark.parametrize(
    "labels",
    [
        ["breakout-stop-5", "breakout-stop-6"],
        ["breakout-stop", "breakout-sto"],
        ["breakout-with-5-and-trailing", "breakout-with-6-and-trailing"],
        ["0123456789ab", "01234567ffff"],
        ["same-name-of-a-run#1", "same-name-of-a-run#2", "same-name-of-a-rum"],
    ],
)
def test_labels_that_differ_are_never_shown_alike(labels: list[str]) -> None:
    assert len(set(short_labels(labels))) == len(labels)
