"""Each profile says what its package says, to 1e-9 relative, in every number it has.

None stands for whatever is not a finite number. What a package makes of returns that it takes for prices
is its own; ours is None, as the catalogue says.
"""

import math
from pathlib import Path
from typing import Any

import pytest

import tradewright as tw
from tests.factories import real_bars
from tests.peers import environment
from tests.peers.accounts import Account, accounts
from tradewright.metrics.profiles.catalog import CATALOG
from tradewright.metrics.profiles.material import periods_per_year
from tradewright.metrics.profiles.profile import PROFILES, profile

PEER = Path(__file__).resolve().parent / "peer_profiles.py"
# Sums of both sides are rounded in another order.
RELATIVE, ABSOLUTE = 1e-9, 1e-13

pytestmark = pytest.mark.slow


def _ours(package: str, account: Account) -> dict[str, float | None]:
    return profile(package, account.run, account.bars, fee=account.fee, risk_free=account.risk_free)


def _question(name: str, package: str, account: Account) -> dict[str, Any]:
    return {
        "bars": name,
        "package": package,
        "cash": account.run.initial_cash,
        "fee": account.fee,
        "risk_free": account.risk_free,
        "per_year": int(periods_per_year(account.bars.timeframe)),
        "bar_ns": account.bars.timeframe.ns,
    }


def _same(ours: float | None, theirs: float) -> bool:
    if ours is None or not math.isfinite(theirs):
        return ours is None and not math.isfinite(theirs)
    return math.isclose(ours, theirs, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _real(symbol: str, strategy: str) -> Account:
    bars = real_bars(symbol)
    run = tw.backtest(strategy, bars, fee=0.002, risk_free=0.02)
    return Account(bars, run._answer.simulation, risk_free=0.02, fee=0.002)


def test_profiles_equal_their_packages_on_many_accounts(tmp_path: Path) -> None:
    asked = accounts() | {
        f"real {symbol}": _real(symbol, strategy)
        for symbol, strategy in (("GOOG", "ma_crossover"), ("IBM", "rsi_reversal"), ("AAPL", "ma_crossover"))
    }
    questions = [_question(name, package, one) for name, one in asked.items() for package in PROFILES]
    series = {name: one.handed() for name, one in asked.items()}
    wrong: list[str] = []
    compared: set[tuple[str, str]] = set()
    answers = environment.ask(PEER, tmp_path, series, questions)
    for question, theirs in zip(questions, answers, strict=True):
        package = question["package"]
        if package == "quantstats" and question["bars"] in {"taken for prices", "doubled"}:
            continue
        for name, value in _ours(package, asked[question["bars"]]).items():
            if name in theirs:
                compared.add((package, name))
                if not _same(value, theirs[name]):
                    wrong.append(f"{package} {name} of {question['bars']}: {value} for {theirs[name]}")
    assert not wrong, "\n".join(wrong)
    left_out = {(package.name, entry.name) for package in CATALOG for entry in package.entries} - compared
    assert left_out == {("vectorbt", name) for name in ("Start Value", "End Value", "Total Fees Paid")}


def test_a_real_run_says_what_the_portfolio_of_vectorbt_says(tmp_path: Path) -> None:
    series = {symbol: real_bars(symbol) for symbol in ("AAPL", "GOOG", "MSFT")}
    options = {"package": "portfolio", "cash": 1_000_000, "fee": 0.001, "fast": 20, "slow": 50}
    answers = environment.ask(PEER, tmp_path, series, [{"bars": name, **options} for name in series])
    for (name, bars), theirs in zip(series.items(), answers, strict=True):
        run = tw.backtest(
            "ma_crossover", bars, params={"fast": 20, "slow": 50}, tie_tolerance=0, cash=1_000_000, fee=0.001
        )
        ours = run.profile("vectorbt")
        unequal = {
            key: (ours[key], theirs[key])
            for key in ours.keys() & theirs.keys()
            if not _same(ours[key], theirs[key])
        }
        assert not unequal, name
        assert len(ours.keys() & theirs.keys()) > 30
        assert {"Start Value", "End Value", "Total Fees Paid"} <= theirs.keys()
