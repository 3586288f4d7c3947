"""``tradewright optimize``: what it prints of a finished search, and what it asks the library for."""

import json
import signal
from typing import Any

import pytest

import tradewright as tw
from tests.unit.research.search.surfaces import Surface, paraboloid
from tradewright.core.bars import Bars
from tradewright.core.hooks import check_cancelled, progress
from tradewright.entrypoints.cli.main import exit_code
from tradewright.library.optimizing.described import Described
from tradewright.library.optimizing.result import OptimizeResult
from tradewright.research.search.constraints import constraints_of
from tradewright.research.search.objectives import objectives_of
from tradewright.research.search.question import SearchQuestion
from tradewright.research.search.reading import space_of
from tradewright.research.search.search import search

WORDS = ["optimize", "ma_crossover", "--data", "sample:GOOG"]
GRID = ["--space", "fast=14..20:1", "--space", "slow=80,90,100", "--method", "grid"]
FACTS = {"strategy": "ma_crossover", "symbol": "GOOG", "timeframe": "1d"}
Asked = dict[str, Any]


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Answer searches from a made-up surface, and return what was asked for."""
    asked: Asked = {}

    def optimize(strategy: Any, bars: Any, **question: Any) -> OptimizeResult:
        asked.update(question, strategy=strategy, bars=bars)
        known = {name: question[name] for name in ("method", "trials", "seed") if name in question}
        made = SearchQuestion(
            space_of(question["space"]),
            objectives_of(question["objective"]),
            constraints_of(question.get("constraints", ())),
            **known,
        )
        places = {name: ("params", name) if name != "stop_loss" else (name,) for name in question["space"]}
        surface = paraboloid if "slow" in question["space"] else without_slow
        shared = {"params": dict(question["params"])}
        return OptimizeResult(search(made, Surface(surface)), Described(FACTS, places, shared))

    monkeypatch.setattr(tw, "optimize", optimize)
    return asked


def without_slow(fast: float = 17, stop_loss: Any = None) -> dict[str, float]:
    return paraboloid(fast, 90 if stop_loss is None else 80)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert exit_code([*WORDS, *words]) == 0
    return capsys.readouterr().out


def test_best_is_printed_with_its_plateau_and_what_matters(
    searched: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    page = told(capsys, *GRID)
    assert "21 combinations of 21 by grid" in page
    lines = page[page.index("Best by Sharpe") :].splitlines()
    assert lines[1].split("  ")[:4] == ["fast", "slow", "Sharpe", "Plateau"]
    assert lines[2].split()[:3] == ["17", "90", "2.00"]
    assert float(lines[2].split()[3]) < 2.0
    assert "Sharpe varies with " in page
    assert "The best of 21 looks better than it is" in page
    assert isinstance(searched["bars"], Bars)


def test_json_is_one_object(searched: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(told(capsys, *GRID, "--constraint", "trades >= 150", "--json"))
    assert set(answer) == {"search", "best", "importance", "warnings"}
    assert answer["search"]["method"] == "grid"
    assert answer["search"]["constraints"] == ["trades >= 150"]
    (row,) = answer["best"]["rows"]
    assert answer["best"]["by"] == ["max sharpe"]
    assert answer["best"]["front"] == 1
    assert row["params"] == {"fast": 17, "slow": 90}
    assert row["metrics"]["trades"] == 160
    assert isinstance(row["metrics"]["trades"], int)
    assert row["arguments"] == {"params": {"fast": 17, "slow": 90}}
    assert row["command"].endswith("ma_crossover --data sample:GOOG --param fast=17 --param slow=90")
    assert set(answer["importance"]["shares"]) == {"fast", "slow"}


def test_front_is_printed_best_first_and_cut(searched: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--space", "fast=5..50", "--space", "slow=60..120:10", "--method", "grid", "--top", "3"]
    page = told(capsys, *words, "--objective", "sharpe,-max_drawdown")
    heading = next(line for line in page.splitlines() if "no other beats" in line)
    assert heading.endswith("that no other beats in Sharpe and Max drawdown; 3 of them")
    rows = page.split(heading)[1].splitlines()[2:5]
    sharpes = [float(row.split()[2]) for row in rows]
    assert sharpes == sorted(sharpes, reverse=True)
    assert "Sharpe, plateau" in page


def test_nothing_allowed_says_what_excludes(searched: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, *GRID, "--constraint", "trades >= 9000")
    assert "none of 21 combinations is allowed" in page
    assert "tradewright backtest" not in page
    answer = json.loads(told(capsys, *GRID, "--constraint", "trades >= 9000", "--json"))
    assert answer["best"] == {"by": ["max sharpe"], "front": 0, "rows": []}


def test_next_steps_can_be_typed(searched: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, "--space", "fast=14..20", "--param", "slow=90", "--fee", "0.002", "--method", "grid")
    alone = "backtest ma_crossover --data sample:GOOG --param slow=90 --fee 0.002 --param fast=17"
    assert alone in page
    assert "--method grid --fee 0.002 --constraint 'trades >= 30'" in page
    assert "--constraint" not in told(capsys, *GRID, "--constraint", "trades >= 3").split("Next")[1]


def test_best_that_no_option_says_is_not_suggested(
    searched: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    space = ["--space", "stop_loss=none,2", "--method", "grid"]
    assert "tradewright backtest" not in told(capsys, *space)
    (row,) = json.loads(told(capsys, *space, "--json"))["best"]["rows"]
    assert row["command"] is None


def test_window_and_costs_go_along(searched: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, *GRID, "--start", "2010-01-01", "--risk-free", "0.02", "--slippage", "0.001", "--venue", "x")
    given = {"start": "2010-01-01", "end": None, "risk_free": 0.02, "slippage": 0.001, "venue": "x"}
    assert given.items() <= searched.items()


def test_stopping_shows_what_was_found_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def optimize(strategy: Any, bars: Any, **question: Any) -> OptimizeResult:
        scorer = Interrupting(paraboloid)
        made = SearchQuestion(space_of(question["space"]), objectives_of("sharpe"), method="random", batch=5)
        return OptimizeResult(search(made, scorer), Described(FACTS))

    monkeypatch.setattr(tw, "optimize", optimize)
    words = [*WORDS, "--space", "fast=5..50", "--space", "slow=20..200"]
    assert exit_code(words) == 130
    said = capsys.readouterr()
    assert "Best by Sharpe" in said.out
    assert "the search was stopped after 10 combinations" in said.out
    assert "stopping with what is found so far" in said.err
    assert "E_CANCELLED" in said.err


class Interrupting(Surface):
    """A surface on which the user presses Ctrl-C as the second batch is scored."""

    def score(self, axes: Any, index: Any) -> Any:
        if len(self.batches) == 1:
            signal.raise_signal(signal.SIGINT)
        return super().score(axes, index)


def test_stopping_before_anything_was_found_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def optimize(*_: Any, **__: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        progress(0, 10, "")
        check_cancelled()

    monkeypatch.setattr(tw, "optimize", optimize)
    assert exit_code([*WORDS, *GRID]) == 130
    said = capsys.readouterr()
    assert said.out == ""
    assert "E_CANCELLED" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--space"),
        (["--space", "fast"], "E_GRID"),
        ([*GRID, "--top", "0"], "E_USAGE"),
        (["--space", "fast=5..9", "--method", "tep"], "'tpe'"),
        (["--space", "fast=5..9", "--objective", "sharp"], "'sharpe'"),
        (["--space", "fast=5..9", "--constraint", "trades => 3"], "E_CONSTRAINT"),
    ],
)
def test_mistakes_end_with_2_and_say_why(
    words: list[str], said: str, searched: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([*WORDS, *words]) == 2
    assert said in capsys.readouterr().err
