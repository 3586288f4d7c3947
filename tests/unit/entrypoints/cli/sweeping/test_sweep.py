"""``tradewright sweep``: what it prints of a finished sweep, and what it asks the library for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tradewright as tw
from tests.unit.library.sweeping.finished import finished
from tradewright.core.bars import Bars
from tradewright.core.hooks import progress
from tradewright.entrypoints.cli.main import exit_code
from tradewright.library.sweeping.result import SweepResult
from tradewright.research.sweep.space import Space, grid_space, sampled_space

WORDS = ["sweep", "ma_crossover", "--data", "sample:GOOG"]
GRID = ["--grid", "fast=5..20:5", "--grid", "stop_loss=1,2,none"]
METRICS: dict[str, Callable[[Any], Any]] = {
    "sharpe": lambda numbers: np.where(numbers == 4, np.nan, numbers / 10),
    "trades": lambda numbers: 60 - 5 * numbers,
    "total_return": lambda numbers: numbers / 100,
}
Asked = dict[str, Any]


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Answer sweeps with made-up scores, and return what was asked for."""
    asked: Asked = {}

    def sweep(strategy: Any, bars: Any, **question: Any) -> SweepResult:
        asked.update(question, strategy=strategy, bars=bars)
        grid = question["grid"]
        space: Space = (
            grid_space(grid) if "samples" not in question else sampled_space(grid, question["samples"])
        )
        places = {
            name: ("params", name) if name in {"fast", "slow"} else tuple(name.split(".")) for name in grid
        }
        return finished(space, METRICS, places=places, asked={"params": {}, "stop_loss": {}})

    monkeypatch.setattr(tw, "sweep", sweep, raising=False)
    return asked


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert exit_code([*WORDS, *words]) == 0
    return capsys.readouterr().out


def test_best_are_printed_first_with_counts_and_plateau(
    swept: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    page = told(capsys, *GRID, "--top", "3")
    assert "12 combinations of 4 fast x 3 stop_loss" in page
    lines = page[page.index("Best by Sharpe") :].splitlines()
    assert lines[1].split("  ") == [
        "fast", "stop_loss", "Sharpe", "Plateau", "Total return", "Closed trades"
    ]  # fmt: skip
    assert lines[2].split() == ["20", "none", "1.10", "0.95", "+11.00%", "5"]
    assert [line.split()[:3] for line in lines[3:5]] == [["20", "2", "1.00"], ["20", "1", "0.90"]]
    assert lines[5] == ""
    assert "bar by bar" in page
    assert isinstance(swept["bars"], Bars)


def test_columns_without_room_are_left_out(
    swept: Asked, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    header = told(capsys, *GRID).split("Best by Sharpe\n")[1].splitlines()[0]
    assert header.split() == ["fast", "stop_loss", "Sharpe", "Plateau"]


def test_json_is_one_object(swept: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(told(capsys, *GRID, "--sort", "trades", "--top", "2", "--json"))
    assert set(answer) == {"sweep", "best", "warnings"}
    assert answer["sweep"]["size"] == answer["sweep"]["scored"] == 12
    assert answer["best"]["by"] == "trades"
    first, second = answer["best"]["rows"]
    assert first["combination"] == 0
    assert first["values"] == {"fast": 5, "stop_loss": 1}
    assert first["metrics"] == {"sharpe": 0.0, "trades": 60, "total_return": 0.0}
    assert first["neighbours"] == 4
    assert second["values"] == {"fast": 5, "stop_loss": 2}


def test_only_those_with_enough_trades_are_shown(swept: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, *GRID, "--min-trades", "30")
    assert "Best by Sharpe with 30 trades or more" in page
    rows = page.split("Best by")[1].split("\n\n")[0].splitlines()[2:]
    assert [row.split()[2] for row in rows] == ["0.60", "0.50", "0.30", "0.20", "0.10", "0.00"]
    none = told(capsys, *GRID, "--min-trades", "1000")
    assert "No combination has a value of Sharpe and 1,000 trades or more." in none


def test_samples_have_no_plateau(swept: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, "--grid", "fast=5..50", "--grid", "fee=0.0..0.01", "--samples", "9")
    assert swept["samples"] == 9
    assert "Plateau" not in page


def test_next_steps_can_be_typed(swept: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(
        capsys, "--grid", "fast=5,10", "--grid", "stop_loss=1.5atr,2", "--param", "slow=50", "--fee", "0.002"
    )
    alone = "tradewright backtest ma_crossover --data sample:GOOG --param slow=50 --fee 0.002 --param fast=10"
    assert f"{alone} --stop-loss 2 " in page
    assert "--min-trades 30" in page


@pytest.mark.parametrize("axis", ["stop_loss=none", "stop_loss.value=1,2", "session_end=false"])
def test_best_that_no_option_says_is_not_suggested(
    axis: str, swept: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "tradewright backtest" not in told(capsys, "--grid", axis)


def test_several_series_go_along_in_a_list(swept: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    grid = ("--grid", "instrument=GOOG,IBM", "--grid", "fast=5,10")
    page = told(capsys, *grid, "--data", "sample:IBM")
    assert [bars.instrument.symbol for bars in swept["bars"]] == ["GOOG", "IBM"]
    assert "tradewright backtest ma_crossover --data sample:IBM --param fast=10" in page


def test_window_and_costs_go_along(swept: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, *GRID, "--start", "2010-01-01", "--risk-free", "0.02", "--slippage", "0.001", "--venue", "x")
    assert {
        "start": "2010-01-01",
        "end": None,
        "risk_free": 0.02,
        "slippage": 0.001,
        "venue": "x",
    }.items() <= (swept.items())


def test_stopping_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def sweep(*_: Any, **__: Any) -> None:
        progress(5, 10, "")
        raise KeyboardInterrupt

    monkeypatch.setattr(tw, "sweep", sweep, raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    assert exit_code([*WORDS, *GRID, "--folder", str(tmp_path / "my scores"), "--fresh"]) == 130
    said = capsys.readouterr().err
    assert "what was scored is kept" in said
    again = next(line for line in said.splitlines() if "tradewright sweep" in line)
    assert f"--folder '{tmp_path / 'my scores'}'" in again
    assert "--grid fast=5..20:5 --grid stop_loss=1,2,none" in again
    assert "--fresh" not in again
    assert exit_code([*WORDS, *GRID]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert exit_code([*WORDS, *GRID, "--no-keep"]) == 130
    assert "nothing is kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grid", "fast"], "E_GRID"),
        ([*GRID, "--method", "sobel", "--samples", "4"], "E_USAGE"),
        ([*GRID, "--top", "0"], "E_USAGE"),
        ([*GRID, "--seed", "3"], "--seed is of samples"),
        ([*GRID, "--sort", "sharp"], "E_METRIC"),
    ],
)
def test_mistakes_end_with_2_and_say_why(
    words: list[str], said: str, swept: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([*WORDS, *words]) == 2
    assert said in capsys.readouterr().err
